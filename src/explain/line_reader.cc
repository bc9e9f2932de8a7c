// SPDX-License-Identifier: Apache-2.0
#include "explain/line_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include "weir/statsd/tag_parser.h"

namespace weir::explain {

namespace {

using sample::EventKind;

constexpr auto kNotFound = std::string_view::npos;

class Collector final : public statsd::LineVisitor {
 public:
  Collector(ReadLine& read, std::size_t samples_max) : read_(read), samples_max_(samples_max) {}

  void on_attempt() override {}
  void on_sample(const sample::Sample& sample) override {
    if (read_.samples.size() < samples_max_) {
      read_.samples.push_back(sample);
    } else {
      ++read_.samples_left_out;
    }
  }
  void on_unknown_type(const sample::Sample& sample, std::string_view /*type*/) override {
    if (read_.unknown.size() < samples_max_) read_.unknown.push_back(sample);
  }
  void on_rejection(statsd::Rejection /*rejection*/, std::string_view /*part*/) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message message) override { read_.message = message; }

 private:
  ReadLine& read_;
  std::size_t samples_max_;
};

std::string_view name_dialect(std::string_view name, const statsd::Dialects& dialects) {
  std::uint32_t errors = 0;
  const auto bare = statsd::parse_name_tags(
      name, dialects, [](std::string_view, std::string_view) {}, errors);
  if (bare.head.size() == name.size()) return {};
  switch (name[bare.head.size()]) {
    case '[': return "SignalFX";
    case ';': return "Graphite";
    case '#': return "Librato";
    default: return "InfluxDB";
  }
}

// Takes spaces off that mean nothing.
std::string_view without_spaces(std::string_view text, const statsd::Dialects& dialects) {
  while (dialects.spaces && text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

std::string why_ignored(std::string_view field, EventKind kind, const FieldUse& use) {
  if (field.starts_with('#') && !use.dialects.dogstatsd) {
    return "DogStatsD tags are not read: --no-statsd.parse-dogstatsd-tags";
  }
  if (field.starts_with("e:")) return "weir has no use for DogStatsD's external data";
  if (field.starts_with("card:")) return "weir has no use for DogStatsD's tag cardinality";
  if (field.starts_with('T')) {
    if (kind != EventKind::Gauge) return "only gauges can have times of their own";
    if (!use.reads_timestamps) {
      return "times are not honored: --statsd.honor-timestamps or a rule's honor_timestamps";
    }
  }
  if (field.starts_with('@') && kind == EventKind::Gauge) return "a gauge is not sampled";
  if (field.starts_with('@') && kind == EventKind::Set) return "a set is not sampled";
  return {};
}

// The end of the piece at the beginning of `text`.
std::size_t piece_end(std::string_view text, char delimiter) {
  return std::min(text.find(delimiter), text.size());
}

struct TagsOff {
  char marker;
  std::string_view why;
};

std::vector<TagsOff> tags_that_are_off(const statsd::Dialects& dialects) {
  std::vector<TagsOff> off;
  if (!dialects.graphite) {
    off.push_back({';', "Graphite tags are part of the name without --statsd.parse-graphite-tags"});
  }
  if (!dialects.influxdb) off.push_back({',', "InfluxDB tags are turned off"});
  if (!dialects.librato) off.push_back({'#', "Librato tags are turned off"});
  if (!dialects.signalfx) off.push_back({'[', "SignalFX tags are turned off"});
  return off;
}

class FieldReader {
 public:
  FieldReader(std::string_view line, const FieldUse& use) : line_(line), use_(use) {}

  // `text` is a value, a type and fields.
  void read(std::string_view text, EventKind kind) {
    for (std::size_t number = 0;; ++number) {
      const auto end = piece_end(text, '|');
      if (number >= 2) add(without_spaces(text.substr(0, end), use_.dialects), kind);
      if (end == text.size()) return;
      text.remove_prefix(end + 1);
    }
  }

  // What looks like tags of a dialect that is off, up to the end of the name.
  void read_name(std::string_view name) {
    for (const auto& off : tags_that_are_off(use_.dialects)) {
      const auto marker = name.find(off.marker);
      if (marker == kNotFound) continue;
      const auto tag = name.substr(marker + 1);
      if (tag.substr(0, tag.find_first_of(";,#[]")).find('=') == kNotFound) continue;
      add(name.substr(marker), std::string(off.why));
    }
  }

  std::vector<IgnoredField> take() { return std::move(fields_); }

 private:
  void add(std::string_view text, std::string why) {
    const auto begin = static_cast<std::size_t>(text.data() - line_.data());
    fields_.push_back({{begin, text.size()}, std::string(text), std::move(why)});
  }

  void add(std::string_view field, EventKind kind) {
    auto why = why_ignored(field, kind, use_);
    if (!why.empty()) add(field, std::move(why));
  }

  std::string_view line_;
  const FieldUse& use_;
  std::vector<IgnoredField> fields_;
};

}  // namespace

ReadLine read_line(const statsd::LineParser& parser, std::string_view line,
                   std::size_t samples_max) {
  ReadLine read;
  Collector collector(read, samples_max);
  parser.parse(line, collector);
  return read;
}

std::string_view dialect_of(const sample::Sample& sample, const statsd::Dialects& dialects) {
  const auto of_name = name_dialect(sample.name, dialects);
  if (!of_name.empty()) return of_name;
  return sample.fields.all().empty() ? "StatsD" : "DogStatsD";
}

std::vector<IgnoredField> ignored_fields(std::string_view line, std::string_view name,
                                         const ReadLine& read, const FieldUse& use) {
  FieldReader reader(line, use);
  if (read.samples.empty() || name.size() == line.size()) return {};
  reader.read_name(name);
  const auto rest = line.substr(name.size() + 1);
  const auto kind = sample::event_kind(read.samples.front().kind);
  // Several samples with a type each have no fields with colons: the parser took each apart there.
  const bool is_packed = rest.substr(0, piece_end(rest, '|')).find(':') != kNotFound;
  const bool is_classic = read.samples.size() + read.unknown.size() > 1 && !is_packed;
  if (!is_classic) {
    reader.read(rest, kind);
    return reader.take();
  }
  // Where one of them is not taken it is not known which.
  if (static_cast<std::size_t>(std::ranges::count(rest, ':')) + 1 != read.samples.size()) return {};
  auto left = rest;
  for (const auto& sample : read.samples) {
    const auto end = piece_end(left, ':');
    reader.read(left.substr(0, end), sample::event_kind(sample.kind));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return reader.take();
}

}  // namespace weir::explain
