// SPDX-License-Identifier: Apache-2.0
#include "exposition/escaping_visitor.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <utility>

#include "exposition/label_reader.h"
#include "exposition/name_escaping.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::exposition {
namespace {

using metrics::kCreated;
using metrics::kObserverSuffixes;
using metrics::kTotal;
using metrics::without_suffix;

// Sets of label names of a family that may become the same. Each series is compared with them, so
// senders must not make them many; series of further sets are left out.
constexpr std::size_t kAlikeNamesMax = 16;

std::string joined(std::string_view name, std::string_view suffix) {
  return std::string(name).append(suffix);
}

// One more label of a body, its value escaped already.
void append_label(std::string& body, std::string_view name, std::string_view value) {
  if (!body.empty()) body += ',';
  body += name;
  body += "=\"";
  body += value;
  body += '"';
}

}  // namespace

EscapingVisitor::EscapingVisitor(const WriterOptions& options,
                                 std::unique_ptr<metrics::ReadingVisitor> writer)
    : escaping_(options.escaping),
      is_openmetrics_(options.format == Format::OpenMetrics001 ||
                      options.format == Format::OpenMetrics100),
      writer_(std::move(writer)),
      left_out_(options.left_out),
      seed_(std::random_device()()) {}

void EscapingVisitor::on_family(const metrics::FamilyReading& family) {
  page_ = family.page;
  label_names_.clear();
  head_ = family;
  head_.is_escaped = head_.is_escaped || !is_legacy_metric_name(family.name);
  is_left_out_ = head_.is_escaped && !take_name(family);
  if (!head_.is_escaped) name_ = family.name;
  help_ = family.help;
  unit_ = family.unit;
  is_begun_ = false;
}

void EscapingVisitor::show(const metrics::SeriesReading& series) {
  if (!is_begun_) {
    head_.name = name_;
    head_.help = help_;
    head_.unit = unit_;
    writer_->on_family(head_);
    is_begun_ = true;
  }
  writer_->on_series(series);
}

void EscapingVisitor::on_series(const metrics::SeriesReading& series) {
  if (is_left_out_) return;
  if (!read_labels(series.labels)) {
    show(series);
    return;
  }
  if (!write_labels()) return;
  metrics::SeriesReading shown = series;
  shown.labels = body_;
  show(shown);
}

void EscapingVisitor::on_family_end() {
  if (is_begun_) writer_->on_family_end();
}

bool EscapingVisitor::has_sample(metrics::Type type, std::string_view suffix) const {
  return metrics::has_observer_suffix(type, suffix) && (suffix != kCreated || is_openmetrics_);
}

EscapingVisitor::Names EscapingVisitor::sample_names(std::string_view name,
                                                     metrics::Type type) const {
  Names names{std::string(name)};
  for (const auto suffix : kObserverSuffixes) {
    if (has_sample(type, suffix)) names.push_back(joined(name, suffix));
  }
  const auto base = without_suffix(name, kTotal);
  if (is_openmetrics_ && type == metrics::Type::Counter && !base.empty()) {
    names.emplace_back(base);
    names.push_back(joined(base, kCreated));
  }
  return names;
}

bool EscapingVisitor::is_taken(const std::string& name) const {
  if (page_ == nullptr) return false;
  if (page_->type_of(name)) return true;
  const auto is_counter = [this](const std::string& other) {
    return page_->type_of(other) == metrics::Type::Counter;
  };
  for (const auto suffix : kObserverSuffixes) {
    const auto owner = without_suffix(name, suffix);
    const auto type = owner.empty() ? std::nullopt : page_->type_of(owner);
    if (type && has_sample(*type, suffix)) return true;
    if (is_openmetrics_ && suffix == kCreated && is_counter(joined(owner, kTotal))) return true;
  }
  return is_openmetrics_ && is_counter(joined(name, kTotal));
}

bool EscapingVisitor::take_name(const metrics::FamilyReading& family) {
  name_.clear();
  append_name(name_, family.name, escaping_);
  const Names names = sample_names(name_, family.type);
  const bool is_free = std::ranges::none_of(names, [this](const std::string& name) {
    return taken_.contains(hash(name)) || is_taken(name);
  });
  if (!is_free) return leave_out(&LeftOutCounts::families);
  for (const std::string& name : names) taken_.insert(hash(name));
  return true;
}

bool EscapingVisitor::read_labels(std::string_view body) {
  // A comma at the end of a value looks the same; that is found out below.
  if (!body.starts_with('"') && body.find(",\"") == std::string_view::npos) return false;
  labels_.clear();
  bool has_quoted = false;
  for (LabelReader reader(body); reader.next();) {
    Label& label = labels_.emplace_back();
    label.raw = reader.name();
    label.value = reader.escaped_value();
    has_quoted |= reader.is_name_quoted();
    if (reader.is_name_quoted()) {
      append_label_name(label.shown, label.raw, escaping_);
    } else {
      label.shown = label.raw;
    }
  }
  return has_quoted;
}

bool EscapingVisitor::write_labels() {
  std::ranges::sort(labels_, {}, &Label::shown);
  if (std::ranges::adjacent_find(labels_, {}, &Label::shown) != labels_.end()) {
    return leave_out(&LeftOutCounts::series);
  }
  body_.clear();
  Names shown;
  Names raw;
  for (const Label& label : labels_) {
    append_label(body_, label.shown, label.value);
    shown.push_back(label.shown);
    raw.push_back(label.raw);
  }
  if (page_ != nullptr && page_->has_series(body_)) return leave_out(&LeftOutCounts::series);
  return take_label_names(shown, std::move(raw));
}

bool EscapingVisitor::take_label_names(const Names& shown, Names raw) {
  std::vector<Names>& known = label_names_[shown];
  for (const Names& names : known) {
    if (names == raw) return true;
    if (has_twin(names)) return leave_out(&LeftOutCounts::series);
  }
  if (known.size() == kAlikeNamesMax) return leave_out(&LeftOutCounts::series_past_limit);
  known.push_back(std::move(raw));
  return true;
}

bool EscapingVisitor::leave_out(std::uint64_t LeftOutCounts::*counted) const {
  if (left_out_ != nullptr) ++(left_out_->*counted);
  return false;
}

// Whether the family has a series of the same values under these names, which become the same.
bool EscapingVisitor::has_twin(const Names& names) const {
  if (page_ == nullptr) return false;
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  for (std::size_t i = 0; i < names.size(); ++i) labels.emplace_back(names[i], labels_[i].value);
  std::ranges::sort(labels);
  std::string body;
  std::string quoted;
  for (const auto& [name, value] : labels) {
    quoted.clear();
    metrics::append_label_name(quoted, name);
    append_label(body, quoted, value);
  }
  return page_->has_series(body);
}

}  // namespace weir::exposition
