// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "page_lines.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// A series as a store could hold it; `reading` borrows from the other fields.
struct RandomSeries {
  Labels labels;
  std::string body;
  std::vector<metrics::Objective> objectives;
  std::vector<double> quantiles;
  std::vector<double> bounds;
  std::vector<std::uint64_t> bucket_counts;
  metrics::NativeReading native;
  bool has_native = false;
  metrics::SeriesReading plain;

  [[nodiscard]] metrics::SeriesReading reading() const {
    metrics::SeriesReading series = plain;
    series.labels = body;
    series.objectives = objectives;
    series.quantiles = quantiles;
    series.bounds = bounds;
    series.bucket_counts = bucket_counts;
    series.native = has_native ? &native : nullptr;
    return series;
  }
};

struct RandomFamily {
  std::string name;
  std::string help;
  metrics::Type type = metrics::Type::Counter;
  std::vector<RandomSeries> series;

  void write(metrics::ReadingVisitor& writer) const {
    writer.on_family({name, help, type});
    for (const RandomSeries& each : series) writer.on_series(each.reading());
    writer.on_family_end();
  }
};

// Draws what no program writes by hand: any bytes, any values, any counts. One seed, one sequence.
class RandomFamilies {
 public:
  // `has_utf8_names`: names that not every scraper can read are among them.
  RandomFamilies(std::uint32_t seed, bool has_utf8_names)
      : engine_(seed), has_utf8_names_(has_utf8_names) {}

  std::vector<RandomFamily> draw() {
    std::vector<RandomFamily> families;
    std::set<std::string> names;
    for (std::uint64_t count = 1 + below(5); count != 0; --count) {
      RandomFamily each = family();
      // In OpenMetrics `a` and `a_total` are one name, which unit tests of that are about.
      const std::string base = each.name.substr(0, each.name.find("_total"));
      if (names.insert(base).second) families.push_back(std::move(each));
    }
    std::ranges::sort(families, {}, &RandomFamily::name);
    return families;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }

  RandomFamily family() {
    RandomFamily drawn;
    // So that no family has the name of another's samples.
    drawn.name = name("abyzABYZ_:", "abyzABYZ_:019") + 'x' + (below(2) == 0 ? "_total" : "");
    drawn.help = text();
    drawn.type = static_cast<metrics::Type>(below(metrics::kTypeCount));
    for (std::uint64_t count = 1 + below(4); count != 0; --count) {
      drawn.series.push_back(series(drawn.type));
    }
    return drawn;
  }

  std::string name(std::string_view first, std::string_view others) {
    static constexpr const char* kPieces[] = {".", " ", "-", "é", "\u65e5", "\"", "\\", "{", "="};
    std::string drawn(1, first[below(first.size())]);
    if (has_utf8_names_ && below(2) == 0) drawn += kPieces[below(std::size(kPieces))];
    for (std::uint64_t count = below(8); count != 0; --count) drawn += others[below(others.size())];
    return drawn;
  }

  // Any UTF-8 but NUL, which no line gets past the parser with, rich in what has a meaning.
  std::string text() {
    static constexpr const char* kPieces[] = {
        "\\",   "\"",   "\n", "\t",  "\r",     "{",      "}",          ",",
        "=",    " ",    "#",  "\\n", "é",      "\u20ac", "\U0001F600", "\u0085",
        "\x7f", "\x01", "a",  "Z",   "\u2028", "\uFFFD"};
    std::string drawn;
    for (std::uint64_t count = below(12); count != 0; --count) {
      drawn += kPieces[below(std::size(kPieces))];
    }
    return drawn;
  }

  double value() {
    using Limits = std::numeric_limits<double>;
    static constexpr std::array kValues = {0.0,
                                           -0.0,
                                           1.0,
                                           -1.0,
                                           Limits::infinity(),
                                           -Limits::infinity(),
                                           Limits::quiet_NaN(),
                                           Limits::denorm_min(),
                                           -Limits::denorm_min(),
                                           Limits::min(),
                                           Limits::max(),
                                           Limits::lowest(),
                                           999999.0,
                                           1e6,
                                           1e5,
                                           123456.0,
                                           0.0001,
                                           0.00001,
                                           9007199254740993.0,
                                           1e21,
                                           1e22,
                                           0.1};
    if (below(2) == 0) return kValues[below(kValues.size())];
    return below(2) == 0 ? std::bit_cast<double>(engine_())
                         : static_cast<double>(static_cast<std::int64_t>(engine_())) / 1024;
  }

  // Up to where many of them overflow.
  std::uint64_t count() {
    static constexpr std::array<std::uint64_t, 5> kCounts = {0, 1, (1ULL << 53) - 1,
                                                             (1ULL << 53) + 1, 1ULL << 58};
    return below(2) == 0 ? kCounts[below(kCounts.size())] : engine_() >> (6 + below(58));
  }

  // `size` values, each more than the one before.
  std::vector<double> increasing(std::size_t size, double first, double last) {
    std::vector<double> drawn(size);
    for (double& each : drawn) {
      each = std::uniform_real_distribution<double>(first, last)(engine_);
    }
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    return drawn;
  }

  RandomSeries series(metrics::Type type) {
    RandomSeries drawn;
    for (std::uint64_t count = below(4); count != 0; --count) {
      drawn.labels[name("abyzABYZ_", "abyzABYZ_019") + "_l"] = text();
    }
    for (const auto& [label, value] : drawn.labels) {
      if (!drawn.body.empty()) drawn.body += ',';
      drawn.body += in_body(label) + '=' + quoted(value);
    }
    // To a tenth of a second, from 1970 to 2038.
    drawn.plain.created = base::UnixTime(std::chrono::milliseconds(100 * below(21'474'836'480)));
    drawn.plain.value = value();
    drawn.plain.sum = value();
    if (type == metrics::Type::Summary) draw_summary(drawn);
    if (type == metrics::Type::Histogram) draw_histogram(drawn);
    return drawn;
  }

  static std::string quoted(const std::string& text) {
    std::string drawn = "\"";
    metrics::append_escaped_label_value(drawn, text);
    return drawn + '"';
  }

  // A name that is not of letters, digits and `_` is in quotes there too.
  static std::string in_body(const std::string& label) {
    const bool is_plain = std::ranges::all_of(label, [](unsigned char character) {
      return character == '_' || (character < 0x80 && std::isalnum(character) != 0);
    });
    return is_plain ? label : quoted(label);
  }

  void draw_summary(RandomSeries& drawn) {
    drawn.plain.count = below(4) == 0 ? engine_() : count();
    for (const double quantile : increasing(below(4), 0, 1)) {
      drawn.objectives.push_back({quantile, 0.01});
      drawn.quantiles.push_back(value());
    }
  }

  void draw_histogram(RandomSeries& drawn) {
    const double width = std::exp2(static_cast<double>(below(600)) - 300);
    drawn.bounds = increasing(below(6), below(2) == 0 ? 0 : -width, width);
    for (std::size_t i = 0; i <= drawn.bounds.size(); ++i) drawn.bucket_counts.push_back(count());
    drawn.has_native = below(2) == 0;
    if (!drawn.has_native) return;
    drawn.native.schema = static_cast<std::int32_t>(below(13)) - 4;
    drawn.native.zero_threshold = std::exp2(-static_cast<double>(below(129)));
    drawn.native.zero_count = count();
    drawn.native.negative = buckets();
    drawn.native.positive = buckets();
  }

  metrics::SpannedBuckets buckets() {
    metrics::SpannedBuckets drawn;
    for (std::uint64_t spans = below(3); spans != 0; --spans) {
      const auto length = static_cast<std::uint32_t>(1 + below(4));
      const bool is_first = drawn.spans.empty();
      const auto offset = static_cast<std::int32_t>(below(20000)) - (is_first ? 10000 : 0);
      drawn.spans.push_back({offset, length});
      for (std::uint32_t i = 0; i < length; ++i) drawn.counts.push_back(count());
    }
    return drawn;
  }

  std::mt19937_64 engine_;
  const bool has_utf8_names_;
};

}  // namespace weir::exposition
