// SPDX-License-Identifier: Apache-2.0
#include "app/push/pushed_page.h"

#include <algorithm>
#include <array>
#include <utility>

#include "weir/metrics/sample_suffix.h"
#include "weir/passthrough/series.h"

namespace weir::app {

namespace {

using metrics::Type;
using passthrough::FamilyType;
using push::PageFamily;

// A gauge of the store is a gauge; what is untyped fits to nothing.
bool is_same_type(FamilyType pushed, Type own) {
  return pushed != FamilyType::Untyped && passthrough::metric_type(pushed) == own;
}

}  // namespace

// For writers that change names: what was pushed is on the page, too.
class PushedPage::Directory final : public metrics::PageDirectory {
 public:
  explicit Directory(const push::Page& page) : page_(page) {}

  // For the family that is visited next.
  void use(const metrics::PageDirectory* own) { own_ = own; }

  [[nodiscard]] std::optional<Type> type_of(std::string_view name) const override {
    if (auto own = own_->type_of(name)) return own;
    const auto place = std::ranges::lower_bound(page_.families, name, {}, &PageFamily::name);
    if (place == page_.families.end() || place->name != name) return std::nullopt;
    return passthrough::metric_type(place->type);
  }
  [[nodiscard]] bool has_series(std::string_view labels) const override {
    return own_->has_series(labels);
  }

 private:
  const push::Page& page_;
  const metrics::PageDirectory* own_ = nullptr;
};

PushedPage::PushedPage(metrics::ReadingVisitor& writer, std::shared_ptr<const push::Page> page,
                       const metrics::Scrape& scrape, metrics::Scrape::NameFilter is_wanted,
                       PushCounts& counts)
    : writer_(writer),
      page_(std::move(page)),
      scrape_(scrape),
      is_wanted_(std::move(is_wanted)),
      counts_(counts),
      directory_(std::make_unique<Directory>(*page_)) {
  counts_.left_out.add(page_->left_out);
}

PushedPage::~PushedPage() = default;

void PushedPage::on_family(const metrics::FamilyReading& family) {
  write_before(family.name);
  joining_ = nullptr;
  if (next_ < page_->families.size() && page_->families[next_].name == family.name) {
    const PageFamily& pushed = page_->families[next_++];
    // The daemon's own have no directory.
    const bool fits = family.page != nullptr && is_same_type(pushed.type, family.type);
    if (fits && !clashes(pushed)) {
      joining_ = &pushed;
    } else {
      leave_out(pushed);
    }
  }
  if (family.page == nullptr) return writer_.on_family(family);
  directory_->use(family.page);
  metrics::FamilyReading shown = family;
  shown.page = directory_.get();
  writer_.on_family(shown);
}

void PushedPage::on_family_end() {
  if (joining_ != nullptr) {
    passthrough::SeriesVisit visit(writer_, joining_->type);
    for (const auto& [stored, place] : joining_->series) {
      if (scrape_.directory().has_series(stored->bodies[place])) {
        counts_.left_out.add();
      } else {
        visit.visit(stored->series[place], stored->bodies[place]);
      }
    }
    joining_ = nullptr;
  }
  writer_.on_family_end();
}

void PushedPage::on_end() {
  write_before(std::nullopt);
  writer_.on_end();
}

void PushedPage::write_before(std::optional<std::string_view> name) {
  for (; next_ < page_->families.size(); ++next_) {
    const PageFamily& family = page_->families[next_];
    if (name && family.name >= *name) return;
    if (is_wanted_ && !is_wanted_(family.name)) continue;
    if (clashes(family) || scrape_.directory().type_of(family.name)) {
      leave_out(family);
      continue;
    }
    writer_.on_family(family.reading());
    push::visit_series(family, writer_);
    writer_.on_family_end();
  }
}

// Of names with suffixes: a family `a_count` beside a summary `a`.
bool PushedPage::clashes(const PageFamily& family) const {
  const metrics::PageDirectory& own = scrape_.directory();
  const Type type = passthrough::metric_type(family.type);
  return std::ranges::any_of(metrics::kObserverSuffixes, [&](std::string_view suffix) {
    const auto owner = metrics::without_suffix(family.name, suffix);
    const auto owner_type = owner.empty() ? std::nullopt : own.type_of(owner);
    if (owner_type && metrics::has_observer_suffix(*owner_type, suffix)) return true;
    return metrics::has_observer_suffix(type, suffix) &&
           own.type_of(std::string(family.name) + std::string(suffix)).has_value();
  });
}

void PushedPage::leave_out(const PageFamily& family) { counts_.left_out.add(family.series.size()); }

}  // namespace weir::app
