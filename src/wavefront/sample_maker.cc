// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/sample_maker.h"

#include <algorithm>

#include "weir/sample/tag_list.h"

namespace weir::wavefront {

namespace {

using sample::Sample;
using sample::SampleKind;

constexpr std::string_view kSource = "source";
constexpr std::string_view kHost = "host";

// Micrometer says by it what a value is; these are of values that only grow.
bool says_total(const Tag& tag) {
  constexpr std::string_view kStatistic = "statistic";
  return tag.key.text == kStatistic && (tag.value.text == "count" || tag.value.text == "total");
}

SampleKind kind_of(const Line& line, bool is_total) {
  switch (line.kind) {
    case LineKind::Delta: return SampleKind::Counter;
    case LineKind::Distribution: return SampleKind::Distribution;
    case LineKind::Metric: break;
  }
  return is_total ? SampleKind::Counter : SampleKind::Gauge;
}

// As a sample has it: 0 without one.
std::uint32_t timestamp_of(const Line& line) {
  if (!line.unix_seconds) return 0;
  const bool fits = *line.unix_seconds > 0 && *line.unix_seconds < Sample::kNoTime;
  return fits ? static_cast<std::uint32_t>(*line.unix_seconds) : Sample::kNoTime;
}

bool has_source(const Line& line) {
  return std::ranges::any_of(line.tags, [](const Tag& tag) { return tag.key.text == kSource; });
}

}  // namespace

std::uint64_t SampleMaker::make(const Line& line, SampleVisitor& visitor) {
  make_room(line, visitor);
  Sample sample;
  sample.is_total = line.kind == LineKind::Metric && std::ranges::any_of(line.tags, says_total);
  sample.kind = kind_of(line, sample.is_total);
  sample.name = add(line.name);
  static_cast<void>(sample.fields.add(add_tags(line)));
  sample.timestamp = timestamp_of(line);
  if (line.kind != LineKind::Distribution) {
    sample.value = sample.unsampled = line.value;
    visitor.on_sample(sample);
    return 1;
  }
  std::uint64_t observations = 0;
  for (const Centroid& centroid : line.centroids) {
    sample.value = sample.unsampled = centroid.mean;
    sample.weight = centroid.count;
    visitor.on_sample(sample);
    observations += centroid.count;
  }
  return observations;
}

void SampleMaker::make_room(const Line& line, SampleVisitor& visitor) {
  std::size_t size_max = line.name.text.size() + 1;
  for (const Tag& tag : line.tags) {
    size_max += tag.key.text.size() + tag.value.text.size() + kSource.size() + 2;
  }
  if (texts_.size() + size_max > std::max(texts_.capacity(), kTextsBytes)) {
    visitor.on_texts_full();
    texts_.clear();
  }
  if (texts_.empty()) texts_.reserve(std::max(size_max, kTextsBytes));
}

std::string_view SampleMaker::add(const Word& word) {
  const std::size_t begin = texts_.size();
  append_plain(texts_, word);
  return std::string_view(texts_).substr(begin);
}

std::string_view SampleMaker::add_tags(const Line& line) {
  const bool has_its_source = has_source(line);
  const std::size_t begin = texts_.size();
  for (const Tag& tag : line.tags) {
    // To Prometheus a label without a value is none.
    if (tag.value.text.empty()) continue;
    texts_ += sample::kTagListMarker;
    if (!has_its_source && tag.key.text == kHost) {
      texts_ += kSource;
    } else {
      append_plain(texts_, tag.key);
    }
    texts_ += sample::kTagListMarker;
    append_plain(texts_, tag.value);
  }
  if (texts_.size() == begin) texts_ += sample::kTagListMarker;
  return std::string_view(texts_).substr(begin);
}

}  // namespace weir::wavefront
