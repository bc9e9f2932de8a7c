// SPDX-License-Identifier: Apache-2.0
#include "exposition/value_lines.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

constexpr base::UnixTime kCreated{std::chrono::milliseconds(1'700'000'000'500)};

std::string written(std::string_view name, NumberForm form,
                    const std::vector<metrics::ValueReading>& series) {
  std::string out;
  SampleLines names(out, form);
  ValueLines lines(out, form);
  names.begin_family(name);
  lines.begin_family(names, {});
  lines.write(series);
  return out;
}

std::string number(double value, NumberForm form) {
  const std::string line = written("n", form, {{.labels = "", .created = {}, .value = value}});
  EXPECT_TRUE(line.starts_with("n ") && line.ends_with('\n')) << line;
  return line.substr(2, line.size() - 3);
}

TEST(ValueLines, WriteNumbersAsOtherLinesDo) {
  for (const double value :
       {0.0, -0.0, 7.0, 10.0, 99'999.0, 999'999.0, 999'999.5, 1e6, 1234567.0, 1e15, 0.5, 1e-7, -3.0,
        1e300, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    for (const NumberForm form : {NumberForm::Prometheus, NumberForm::OpenMetrics}) {
      std::string text(kSampleNumberMax, '\0');
      text.resize(
          static_cast<std::size_t>(write_sample_number(text.data(), value, form) - text.data()));
      EXPECT_EQ(number(value, form), text);
    }
  }
}

TEST(ValueLines, TakeNamesAndLabelsOfEveryLength) {
  for (std::size_t size = 0; size < 140; ++size) {
    const std::string name(1 + size % 70, 'n');
    // In memory that ends where the labels do, so that sanitizers see what is read after them.
    const auto labels = std::make_unique<char[]>(size);
    std::fill_n(labels.get(), size, 'l');
    const std::string_view body(labels.get(), size);
    const std::string braces = size == 0 ? "" : '{' + std::string(body) + '}';

    EXPECT_EQ(written(name, NumberForm::Prometheus,
                      {{.labels = body, .created = {}, .value = 1},
                       {.labels = body, .created = {}, .value = 2}}),
              name + braces + " 1\n" + name + braces + " 2\n");
  }
}

TEST(ValueLines, PutANameThatMustBeQuotedIntoTheBraces) {
  EXPECT_EQ(written("a.b", NumberForm::OpenMetrics,
                    {{.labels = "", .created = {}, .value = 1},
                     {.labels = "l=\"v\"", .created = {}, .value = 2}}),
            "{\"a.b\"} 1.0\n"
            "{\"a.b\",l=\"v\"} 2.0\n");
}

TEST(ValueLines, HaveTheTimeAfterEachThatIsKnown) {
  std::string out;
  SampleLines names(out, NumberForm::OpenMetrics);
  ValueLines lines(out, NumberForm::OpenMetrics);
  CreatedTexts texts;
  names.begin_family("c");
  lines.begin_family(names, "_total");
  lines.begin_created(names);
  const std::vector<metrics::ValueReading> series{
      {.labels = "", .created = kCreated, .value = 1},
      {.labels = "l=\"v\"", .created = {}, .value = 2},
      {.labels = "l=\"w\"", .created = kCreated + std::chrono::milliseconds(100), .value = 3},
      // So long after that what is kept of the first is replaced.
      {.labels = "l=\"x\"", .created = kCreated + std::chrono::milliseconds(1600), .value = 4},
      {.labels = "l=\"y\"", .created = kCreated, .value = 5}};
  lines.write_with_created(series, texts);

  EXPECT_EQ(out,
            "c_total 1.0\n"
            "c_created 1.7000000005e+09\n"
            "c_total{l=\"v\"} 2.0\n"
            "c_total{l=\"w\"} 3.0\n"
            "c_created{l=\"w\"} 1.7000000006e+09\n"
            "c_total{l=\"x\"} 4.0\n"
            "c_created{l=\"x\"} 1.7000000021e+09\n"
            "c_total{l=\"y\"} 5.0\n"
            "c_created{l=\"y\"} 1.7000000005e+09\n");
}

}  // namespace
}  // namespace weir::exposition
