// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of tests: it is read or refused with errors of one line each. What is read is
// run, and then passes where it expects what it made.
#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "weir/base/utf8.h"
#include "weir/mappingtest/formats.h"
#include "weir/mappingtest/runner.h"
#include "weir/mappingtest/test_file.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace {

using namespace weir;

constexpr std::string_view kMapping = R"(
defaults: {on_conflict: suffix}
mappings:
- {match: 'a.*', name: 'a_$1', labels: {one: $1}}
- {match: 'a.**.b.**', name: two, labels: {one: $1, two: $2}, observer_type: both}
- {match: 'drop.**', name: dropped, action: drop}
- {match: 'shop.*.orders', name: shop_orders_total, labels: {city: $1}}
)";
constexpr base::Instant kNow{base::TimePoint(std::chrono::hours(1)), {}};

std::shared_ptr<const pipeline::PreparedRules> rules() {
  static const auto kRules = pipeline::prepare(
      rulefile::parse_rules(kMapping, "m.yml", {.names = base::NameValidation::Utf8}).rules, 1);
  return kRules;
}

mappingtest::FileResult run(const mappingtest::TestFile& file) {
  explain::Options options;
  options.pipeline.names = base::NameValidation::Utf8;
  return mappingtest::run_tests(file, rules(), options, kNow);
}

void check_texts(const mappingtest::FileResult& result) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) == 0x7F;
  };
  const std::array results = {result};
  const auto json = mappingtest::json_of(results, nullptr);
  assert(base::is_utf8(json) && std::ranges::none_of(json, is_control));
  auto text = mappingtest::text_of(results);
  assert(base::is_utf8(text));
  std::erase(text, '\n');
  assert(std::ranges::none_of(text, is_control));
}

// What the page has takes the place of what each test expects of it.
void expect_what_is_there(const mappingtest::FileResult& result, mappingtest::TestFile& file) {
  for (std::size_t i = 0; i < file.tests.size(); ++i) {
    auto& expectation = file.tests[i].expectation;
    if (!expectation.series) continue;
    expectation.series->clear();
    for (const auto& series : result.tests[i].series) {
      if (series.match == mappingtest::Match::Missing) continue;
      const auto sample = mappingtest::parse_page_sample(series.text);
      assert(sample);
      expectation.series->push_back(*sample);
    }
  }
}

void run_twice(mappingtest::TestFile file) {
  const auto first = run(file);
  check_texts(first);
  expect_what_is_there(first, file);
  for (const auto& test : run(file).tests) {
    assert(std::ranges::all_of(
        test.series, [](const auto& one) { return one.match == mappingtest::Match::Same; }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto sample = mappingtest::parse_page_sample(text)) assert(!sample->name.empty());
  try {
    run_twice(mappingtest::parse_test_file(text, "fuzz.yml"));
  } catch (const rulefile::ConfigError& error) {
    assert(!error.errors().empty());
    for (const auto& diagnostic : error.errors()) {
      assert(rulefile::text_of(diagnostic).find('\n') == std::string::npos);
    }
  }
  return 0;
}
