// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/sample_maker.h"

#include <algorithm>

namespace weir::influx {

namespace {

using sample::Sample;
using sample::SampleKind;

constexpr std::string_view kValueKey = "value";

// What one field becomes.
struct FieldUse {
  SampleKind kind = SampleKind::Gauge;
  std::string_view suffix{};  // after the measurement, in place of the key
  bool has_key_name = false;  // `measurement_key` instead
  bool is_derived = false;    // nothing
};

constexpr FieldUse kByKey{SampleKind::Gauge, {}, true};

FieldUse use_in_histogram(std::string_view key) {
  if (key == "count") return {SampleKind::Counter, "_count"};
  if (key == "sum") return {SampleKind::Counter, "_sum"};
  if (key == "upper") return {SampleKind::Gauge, "_max"};
  if (key == "mean") return {.suffix = {}, .is_derived = true};
  return kByKey;
}

FieldUse use_in_long_task_timer(std::string_view key) {
  if (key == "active_tasks") return {SampleKind::Gauge, "_active_count"};
  if (key == "duration") return {SampleKind::Gauge, "_duration_sum"};
  return kByKey;
}

FieldUse use_of(Layout layout, std::string_view key) {
  switch (layout) {
    case Layout::Histogram: return use_in_histogram(key);
    case Layout::LongTaskTimer: return use_in_long_task_timer(key);
    case Layout::Counter:
      if (key == kValueKey) return {SampleKind::Counter, {}};
      break;
    case Layout::Gauge:
    case Layout::Fields: break;
  }
  return key == kValueKey ? FieldUse{} : kByKey;
}

// As a sample has it: 0 without one.
std::uint32_t timestamp_of(const Point& point) {
  if (!point.unix_seconds) return 0;
  const bool fits = *point.unix_seconds > 0 && *point.unix_seconds < Sample::kNoTime;
  return fits ? static_cast<std::uint32_t>(*point.unix_seconds) : Sample::kNoTime;
}

// What all samples of a point have in common.
Sample sample_of(const Point& point) {
  constexpr std::string_view kNoTags{&kTagMarker, 1};
  Sample sample;
  static_cast<void>(sample.fields.add(point.tags.empty() ? kNoTags : point.tags));
  sample.timestamp = timestamp_of(point);
  return sample;
}

}  // namespace

FieldCounts SampleMaker::make(const Point& point, SampleVisitor& visitor) {
  FieldCounts counts;
  const Layout layout = layout_of(point.tags);
  Sample sample = sample_of(point);
  for (const Field& field : point.fields) {
    const FieldUse use = use_of(layout, field.key);
    if (field.is_text) {
      ++counts.texts;
    } else if (use.is_derived) {
      ++counts.derived;
    } else {
      const std::string_view key = use.has_key_name ? field.key : std::string_view();
      sample.name = make_name(point, key, use.suffix, visitor);
      sample.kind = use.kind;
      sample.value = field.value;
      sample.unsampled = field.value;
      visitor.on_sample(sample);
      ++counts.samples;
    }
  }
  return counts;
}

std::string_view SampleMaker::make_name(const Point& point, std::string_view key,
                                        std::string_view suffix, SampleVisitor& visitor) {
  const std::size_t size_max = point.measurement.size() + key.size() + suffix.size() + 1;
  if (names_.size() + size_max > std::max(names_.capacity(), kNamesBytes)) {
    visitor.on_names_full();
    names_.clear();
  }
  if (names_.empty()) names_.reserve(std::max(size_max, kNamesBytes));
  const std::size_t begin = names_.size();
  append_unescaped(names_, point.measurement);
  if (!key.empty()) {
    names_ += '_';
    append_unescaped(names_, key);
  }
  names_ += suffix;
  return std::string_view(names_).substr(begin);
}

}  // namespace weir::influx
