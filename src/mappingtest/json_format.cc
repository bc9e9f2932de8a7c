// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>

#include <fmt/core.h>

#include "mappingtest/names.h"
#include "weir/base/json_writer.h"
#include "weir/mappingtest/formats.h"

namespace weir::mappingtest {

namespace {

std::size_t failed_in(std::span<const FileResult> results) {
  std::size_t failed = 0;
  for (const auto& file : results) {
    failed += static_cast<std::size_t>(std::ranges::count_if(
        file.tests, [](const TestResult& test) { return !test.is_passed(); }));
  }
  return failed;
}

std::size_t tests_in(std::span<const FileResult> results) {
  std::size_t count = 0;
  for (const auto& file : results) count += file.tests.size();
  return count;
}

class JsonFormat {
 public:
  explicit JsonFormat(std::string& out) : json_(out) {}

  void write(std::span<const FileResult> results, const std::vector<Coverage::Mapping>* coverage) {
    json_.open_object();
    json_.key("tests").count(tests_in(results));
    json_.key("failed").count(failed_in(results));
    json_.key("files").open_array();
    for (const auto& file : results) write_file(file);
    json_.close_array();
    if (coverage != nullptr) {
      json_.key("coverage").open_array();
      for (const auto& mapping : *coverage) write_mapping(mapping);
      json_.close_array();
    }
    json_.close_object();
  }

 private:
  void write_file(const FileResult& file) {
    json_.open_object();
    json_.key("file").text(file.path);
    json_.key("mapping").text(file.mapping);
    json_.key("tests").open_array();
    for (const auto& test : file.tests) write_test(test, file.mapping);
    json_.close_array().close_object();
  }

  void write_test(const TestResult& test, const std::string& mapping) {
    json_.open_object();
    json_.key("name").text(test.name);
    json_.key("line").count(test.position.line);
    json_.key("passed").boolean(test.is_passed());
    json_.key("faults").open_array();
    for (const auto& fault : test.faults) json_.text(fault);
    json_.close_array();
    json_.key("series").open_array();
    for (const auto& series : test.series) {
      json_.open_object();
      json_.key("match").text(match_name(series.match));
      json_.key("text").text(series.text).close_object();
    }
    json_.close_array();
    json_.key("samples").open_array();
    for (const auto& sample : test.samples) write_sample(sample, test.lines[sample.line], mapping);
    json_.close_array().close_object();
  }

  void write_sample(const SampleResult& sample, const std::string& line,
                    const std::string& mapping) {
    json_.open_object();
    json_.key("line").text(line);
    json_.key("end").text(ending_name(sample.ending));
    json_.key("rule");
    if (sample.rule) {
      write_rule(*sample.rule, mapping);
    } else {
      json_.null();
    }
    json_.key("series").text(sample.series);
    json_.key("reason").text(sample.reason);
    json_.key("why").text(sample.why).close_object();
  }

  void write_rule(const RuleUse& rule, const std::string& mapping) {
    json_.open_object();
    json_.key("place").text(fmt::format("{}:{}", mapping, rule.line));
    json_.key("match").text(rule.match).close_object();
  }

  void write_mapping(const Coverage::Mapping& mapping) {
    json_.open_object();
    json_.key("mapping").text(mapping.file);
    json_.key("rules").count(mapping.rules);
    json_.key("unused").open_array();
    for (const auto& rule : mapping.unused) write_rule(rule, mapping.file);
    json_.close_array().close_object();
  }

  base::JsonWriter json_;
};

}  // namespace

std::string json_of(std::span<const FileResult> results,
                    const std::vector<Coverage::Mapping>* coverage) {
  std::string out;
  JsonFormat(out).write(results, coverage);
  return out;
}

}  // namespace weir::mappingtest
