// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "weir/lint/lint.h"
#include "weir/lint/rule_use.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace {

using namespace weir;

bool is_one_line(const std::string& text) {
  return text.find_first_of("\n\r") == std::string::npos;
}

bool is_in(std::size_t line, std::string_view text) {
  std::size_t lines = 1;
  for (const char c : text) lines += c == '\n' || c == '\r' ? 1 : 0;
  return line <= lines;
}

// Each finding is one line of printable text about a line of the file.
void check(std::string_view text, base::NameValidation names) {
  for (const auto& finding : lint::lint_text(text, {names})) {
    if (finding.kind == nullptr || lint::find_kind(finding.kind->id) != finding.kind) std::abort();
    if (!is_one_line(finding.message) || !is_one_line(finding.hint)) std::abort();
    // Of UTF-16 the lines are counted once it is decoded.
    if (text.find('\0') == std::string_view::npos && !is_in(finding.line, text)) std::abort();
  }
}

// The file taken for lines, too.
void apply(std::string_view text) {
  try {
    lint::RuleUseCounter counter(rulefile::parse_rules(text, "fuzz.yml").rules,
                                 base::NameValidation::Legacy);
    std::uint64_t lines = 0;
    for (auto rest = text; !rest.empty() && lines < 100; ++lines) {
      const auto line = rest.substr(0, rest.find('\n'));
      counter.take(line);
      rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : line.size());
    }
    if (counter.result().lines != lines) std::abort();
  } catch (const rulefile::ConfigError&) {
    return;
  }
}

}  // namespace

// Whatever the file holds, there are findings or none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, base::NameValidation::Legacy);
  check(text, base::NameValidation::Utf8);
  apply(text);
  return 0;
}
