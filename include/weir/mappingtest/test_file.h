// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/mappingtest/page_sample.h"
#include "weir/rulefile/diagnostics.h"

// Tests of mapping files: StatsD lines, and what must come of them (docs/testing-mappings.md).
namespace weir::mappingtest {

// What must become of all lines of a test.
enum class Outcome : std::uint8_t {
  Series,    // nothing is refused
  Dropped,   // a rule with `action: drop` takes each of them
  Unmapped,  // they come to series, and no rule takes one
  Refused,   // each is refused; where series are named, one at least
};

struct Expectation {
  Outcome outcome = Outcome::Series;
  // Of Refused, a reason as metrics have it; "" for any.
  std::string reason;
  // All that the lines make, in the order of the file. None: whatever they make.
  std::optional<std::vector<PageSample>> series;
};

struct Test {
  std::string name;
  rulefile::Position position;
  // One or more, without newlines. They come one after the other to a store that is empty before.
  std::vector<std::string> lines;
  Expectation expectation;
};

// A flag of the daemon, without dashes, and its value as written.
struct Setting {
  std::string name;
  std::string value;
  rulefile::Position position;
};

// Plain data. Which flags there are is not checked here: only the daemon knows.
struct TestFile {
  // What messages call it.
  std::string path;
  // The mapping file, as the daemon's flag takes it; a relative path begins where the test file is.
  std::string mapping;
  rulefile::Position mapping_position;
  std::vector<Setting> settings;
  // One or more.
  std::vector<Test> tests;
};

// Reads the test file at `path`. Throws rulefile::ConfigError with all that is wrong.
[[nodiscard]] TestFile read_test_file(const std::string& path);

// The same for text already in memory, as if it was the file at `path`.
[[nodiscard]] TestFile parse_test_file(std::string_view text, const std::string& path);

}  // namespace weir::mappingtest
