// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "weir/base/utf8.h"
#include "weir/metrics/naming.h"
#include "weir/passthrough/text_parser.h"
#include "weir/passthrough/text_writer.h"
#include "weir/push/group_store.h"

// A group as the state file has it: numbers and texts, each with a space after it and texts with
// their size before them. Each family is a page of the text format by itself, since on one page the
// lines of a histogram may be those of another family too.
namespace weir::push {

namespace {

using passthrough::Family;
using passthrough::Label;

constexpr char kEnd = ' ';

void append_number(std::string& out, std::int64_t number) {
  fmt::format_to(std::back_inserter(out), "{}{}", number, kEnd);
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::int64_t>(text.size()));
  out.append(text).push_back(kEnd);
}

std::int64_t nanoseconds_of(base::UnixTime time) { return time.time_since_epoch().count(); }
base::UnixTime time_of(std::int64_t nanoseconds) {
  return base::UnixTime(std::chrono::nanoseconds(nanoseconds));
}

// Once something is not as it should be, everything after it is empty.
class SavedReader {
 public:
  explicit SavedReader(std::string_view saved) : rest_(saved) {}

  std::int64_t number() {
    std::int64_t number = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [read_to, error] = std::from_chars(rest_.data(), end, number);
    if (error != std::errc{}) return fail();
    rest_.remove_prefix(static_cast<std::size_t>(read_to - rest_.data()));
    return take_end() ? number : 0;
  }

  std::string_view text() {
    const auto size = static_cast<std::uint64_t>(number());
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const auto text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return take_end() ? text : std::string_view();
  }

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  bool take_end() {
    if (!rest_.starts_with(kEnd)) {
      fail();
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  std::int64_t fail() {
    is_good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

Family family_of(const StoredFamily& stored) {
  Family family{stored.name, stored.help, stored.type, {}};
  for (const auto& series : stored.series) {
    auto samples = passthrough::samples_of(series, stored.type, stored.name);
    std::ranges::move(samples, std::back_inserter(family.samples));
  }
  return family;
}

std::string saved_group(const GroupStore::Group& group) {
  std::string saved;
  append_number(saved, static_cast<std::int64_t>(group.labels.size()));
  for (const Label& label : group.labels) {
    append_text(saved, label.name);
    append_text(saved, label.value);
  }
  append_number(saved, group.ttl.count());
  append_number(saved, nanoseconds_of(group.last_push));
  append_number(saved, static_cast<std::int64_t>(group.families.size()));
  for (const auto& [name, family] : group.families) {
    append_number(saved, nanoseconds_of(family->pushed));
    const Family page_of = family_of(*family);
    std::string page;
    passthrough::write_text(std::span(&page_of, 1), page);
    append_text(saved, page);
  }
  return saved;
}

std::vector<Label> read_labels(SavedReader& reader) {
  std::vector<Label> labels;
  for (auto left = reader.number(); left > 0 && reader.is_good(); --left) {
    std::string name(reader.text());
    labels.push_back({std::move(name), std::string(reader.text())});
  }
  return labels;
}

// Nothing for a page that is not one family.
std::optional<Family> read_family(std::string_view page) {
  const passthrough::ParseLimits limits{page.size(), page.size(), 1024};
  auto families = passthrough::parse_text(page, limits, passthrough::TextFormat::Prometheus);
  if (!families || families->size() != 1) return std::nullopt;
  return std::move(families->front());
}

bool are_group_labels(const std::vector<Label>& labels) {
  return !labels.empty() && std::ranges::all_of(labels, [](const Label& label) {
    return metrics::is_legacy_name(label.name) && !label.name.empty() && base::is_utf8(label.value);
  }) && std::ranges::is_sorted(labels);
}

}  // namespace

std::vector<std::string> GroupStore::save() const {
  std::vector<std::string> saved;
  saved.reserve(groups_.size());
  for (const auto& [key, group] : groups_) saved.push_back(saved_group(group));
  return saved;
}

bool GroupStore::restore(std::string_view saved, base::UnixTime now) {
  SavedReader reader(saved);
  Group group;
  group.labels = read_labels(reader);
  group.ttl = std::chrono::nanoseconds(reader.number());
  group.last_push = std::min(now, time_of(reader.number()));
  Families families;
  for (auto left = reader.number(); left > 0 && reader.is_good(); --left) {
    const base::UnixTime pushed = time_of(reader.number());
    auto family = read_family(reader.text());
    if (!family) return false;
    auto stored = std::make_shared<StoredFamily>();
    stored->series = passthrough::gather_series(*family);
    stored->type = family->type;
    stored->help = std::move(family->help);
    stored->name = std::move(family->name);
    stored->pushed = pushed;
    complete(*stored, group.labels, seed_);
    if (!families.emplace(stored->name, std::move(stored)).second) return false;
  }
  if (!reader.is_good() || !are_group_labels(group.labels)) return false;
  return restore_group(group, families, now);
}

bool GroupStore::restore_group(const Group& group, const Families& families, base::UnixTime now) {
  if (group.ttl.count() > 0 && now - group.last_push >= group.ttl) return true;
  if (!families.contains(kPushTime) || !families.contains(kFailureTime)) return false;
  if (!lack_of_room(families, nullptr, false).empty()) return false;
  Group& target = find_or_add(group.labels, group.last_push);
  target.ttl = group.ttl;
  for (const auto& [name, family] : families) put(target, family);
  return true;
}

}  // namespace weir::push
