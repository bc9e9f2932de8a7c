// SPDX-License-Identifier: Apache-2.0
// Whatever a store holds, each format gives back: random families are written, read by parsers that
// share nothing with the writers, and compared.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "page_lines.h"
#include "protobuf_lines.h"
#include "random_families.h"
#include "rounds.h"
#include "text_page.h"
#include "weir/exposition/page_writer.h"

namespace weir::exposition {
namespace {

using metrics::Type;

constexpr std::uint32_t kSeeds = support::rounds(2000U);

// A format as far as its pages differ in what they say.
struct Form {
  const char* title;
  Format format;
  PageLines (*read)(const std::string& page);
  // Counts are numbers like any other.
  bool is_plain_text;
  // Times of creation and native buckets are there.
  bool is_protobuf;
  // Times of creation are there, and what the format forbids is not (behaviour
  // page.openmetrics-left-out).
  bool is_openmetrics = false;
  // Names in UTF-8 are there, as they are.
  bool has_utf8_names = false;
};

PageLines read_text(const std::string& page) { return TextPage(page, false).read(); }
PageLines read_openmetrics(const std::string& page) { return TextPage(page, true).read(); }
PageLines read_protobuf(const std::string& page) { return ProtobufLines(page).read(); }

const Form kForms[] = {
    {"Text", Format::Text, read_text, true, false},
    {"Text1", Format::Text1, read_text, true, false},
    {"OpenMetrics", Format::OpenMetrics100, read_openmetrics, false, false, true},
    {"ProtobufDelimited", Format::ProtobufDelimited, read_protobuf, false, true},
    {"TextOfUtf8Names", Format::Text, read_text, true, false, false, true},
    {"OpenMetricsOfUtf8Names", Format::OpenMetrics100, read_openmetrics, false, false, true, true},
    {"ProtobufOfUtf8Names", Format::ProtobufDelimited, read_protobuf, false, true, false, true},
};

// Neither negative nor NaN.
bool is_openmetrics_sum(double value) { return value >= 0; }

// Says what the page of a family must say.
class Expected {
 public:
  Expected(const Form& form, PageLines& lines) : form_(form), lines_(lines) {}

  void add(const RandomFamily& family) {
    name_ = family.name;
    declared_ = name_;
    std::string_view type = metrics::type_name(family.type);
    is_unknown_ = false;
    if (form_.is_openmetrics && family.type == Type::Counter) {
      is_unknown_ = !name_.ends_with("_total");
      if (is_unknown_) type = "unknown";
      if (!is_unknown_) declared_.erase(name_.size() - std::string_view("_total").size());
    }
    lines_.push_back(family_line(declared_, type, family.help));
    for (const RandomSeries& each : family.series) {
      labels_ = each.labels;
      add(family.type, each);
    }
  }

 private:
  void add(Type type, const RandomSeries& series) {
    switch (type) {
      case Type::Counter: add_counter(series); break;
      case Type::Gauge: add_value("", series.plain.value); break;
      case Type::Summary: add_summary(series); break;
      case Type::Histogram: add_histogram(series); break;
    }
  }

  void add_counter(const RandomSeries& series) {
    if (form_.is_openmetrics && !is_unknown_ && std::isnan(series.plain.value)) return;
    add_value("", series.plain.value);
    if (!is_unknown_) add_created(series);
  }

  void add_summary(const RandomSeries& series) {
    for (std::size_t i = 0; i < series.objectives.size(); ++i) {
      if (form_.is_openmetrics && series.quantiles[i] < 0) continue;
      add_value("", series.quantiles[i], series.objectives[i].quantile);
    }
    if (!form_.is_openmetrics || is_openmetrics_sum(series.plain.sum)) {
      add_value("_sum", series.plain.sum);
    }
    add_count("_count", series.plain.count);
    add_created(series);
  }

  void add_histogram(const RandomSeries& series) {
    add_buckets(series);
    const bool has_negative_bound = !series.bounds.empty() && series.bounds.front() < 0;
    if (!form_.is_openmetrics || (is_openmetrics_sum(series.plain.sum) && !has_negative_bound)) {
      add_value("_sum", series.plain.sum);
      add_count("_count", series.reading().observations());
    }
    add_created(series);
    if (form_.is_protobuf && series.has_native) add_native(series.native);
  }

  void add_buckets(const RandomSeries& series) {
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
      cumulative += series.bucket_counts[i];
      add_count(
          "_bucket", cumulative,
          i < series.bounds.size() ? series.bounds[i] : std::numeric_limits<double>::infinity());
    }
  }

  void add_created(const RandomSeries& series) {
    if (!form_.is_protobuf && !form_.is_openmetrics) return;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
        series.plain.created.time_since_epoch());
    lines_.push_back(sample_line(declared_ + "_created", labels_, std::nullopt,
                                 spelled(static_cast<double>(milliseconds.count()) / 1000)));
  }

  void add_native(const metrics::NativeReading& native) {
    add_line("_native", "schema " + std::to_string(native.schema) + " threshold " +
                            spelled(native.zero_threshold) + " zeros " +
                            spelled(native.zero_count) + buckets(native.negative, '-') +
                            buckets(native.positive, '+'));
  }

  static std::string buckets(const metrics::SpannedBuckets& buckets, char sign) {
    std::string text;
    for (const metrics::BucketSpan& span : buckets.spans) {
      text +=
          std::string(" ") + sign + std::to_string(span.offset) + ':' + std::to_string(span.length);
    }
    for (const std::uint64_t count : buckets.counts) text += ' ' + spelled(count);
    return text;
  }

  void add_value(std::string_view suffix, double value, std::optional<double> bound = {}) {
    add_line(suffix, spelled(!form_.is_protobuf && value == 0 ? 0.0 : value), bound);
  }

  void add_count(std::string_view suffix, std::uint64_t count, std::optional<double> bound = {}) {
    add_line(suffix, form_.is_plain_text ? spelled(static_cast<double>(count)) : spelled(count),
             bound);
  }

  void add_line(std::string_view suffix, const std::string& value,
                std::optional<double> bound = {}) {
    if (!form_.is_protobuf && bound == 0.0) bound = 0.0;
    lines_.push_back(sample_line(name_ + std::string(suffix), labels_, bound, value));
  }

  const Form& form_;
  PageLines& lines_;
  // As the samples are named, and as HELP and TYPE name it.
  std::string name_;
  std::string declared_;
  bool is_unknown_ = false;
  Labels labels_;
};

std::string written(const std::vector<RandomFamily>& families, const Form& form) {
  WriterOptions options;
  options.format = form.format;
  options.has_created_samples = true;
  if (form.has_utf8_names) {
    options.has_utf8_names = true;
    options.escaping = Escaping::AllowUtf8;
  }
  std::string page;
  const auto writer = make_writer(options, page);
  for (const RandomFamily& family : families) family.write(*writer);
  writer->on_end();
  return page;
}

PageLines expected(const std::vector<RandomFamily>& families, const Form& form) {
  PageLines lines;
  Expected expecting(form, lines);
  for (const RandomFamily& family : families) expecting.add(family);
  return lines;
}

class RoundTrip : public testing::TestWithParam<Form> {};

TEST_P(RoundTrip, KeepsWhateverAStoreHolds) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    const std::vector<RandomFamily> families =
        RandomFamilies(seed, GetParam().has_utf8_names).draw();
    const std::string page = written(families, GetParam());
    try {
      ASSERT_EQ(GetParam().read(page), expected(families, GetParam())) << "seed " << seed;
    } catch (const std::exception& fault) {
      FAIL() << "seed " << seed << ": " << fault.what() << '\n' << page;
    }
  }
}

TEST_P(RoundTrip, KeepsAFamilyOfManySeries) {
  // In protobuf that is several messages.
  constexpr std::size_t kSeries = 40'000;
  RandomFamily family;
  family.name = "many";
  family.type = Type::Gauge;
  family.series.resize(kSeries);
  for (std::size_t i = 0; i < kSeries; ++i) {
    const std::string value = std::to_string(i) + std::string(60, 'x');
    family.series[i].labels = {{"number", value}};
    family.series[i].body = "number=\"" + value + '"';
    family.series[i].plain.value = static_cast<double>(i);
  }

  const std::string page = written({family}, GetParam());

  EXPECT_EQ(GetParam().read(page), expected({family}, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip, testing::ValuesIn(kForms),
                         [](const auto& test) { return test.param.title; });

}  // namespace
}  // namespace weir::exposition
