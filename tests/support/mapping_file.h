// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"
#include "weir/rulefile/diagnostic.h"
#include "weir/rulefile/loader.h"

namespace weir::rulefile {

inline LoadedRules load(std::string_view text, const LoadOptions& options = {}) {
  return parse_rules(text, "m.yml", options);
}

// A file, and how its first error begins, the file's name left out.
struct ErrorRow {
  std::string text;
  std::string expected;
};

// A file with one valid mapping on the lines 2 and 3, and these lines from line 4 on.
inline std::string with(const std::string& lines) {
  return "mappings:\n- match: a.b\n  name: n\n" + lines;
}

// Each as one line.
inline std::vector<std::string> lines_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> lines;
  for (const auto& diagnostic : diagnostics) lines.push_back(text_of(diagnostic));
  return lines;
}

inline std::vector<std::string> warnings_of(std::string_view text,
                                            const LoadOptions& options = {}) {
  return lines_of(load(text, options).warnings);
}

// Everything that keeps `text` from being loaded.
inline std::vector<std::string> errors_of(std::string_view text, const LoadOptions& options = {}) {
  try {
    load(text, options);
  } catch (const ConfigError& error) {
    return lines_of(error.errors());
  }
  return {};
}

// The first of them; "" when it loads.
inline std::string error_of(std::string_view text, const LoadOptions& options = {}) {
  const auto errors = errors_of(text, options);
  return errors.empty() ? "" : errors.front();
}

// The only rule of a file whose only mapping is `match: a.b`, `name: n` and these lines, which
// begin with two spaces.
inline mapping::Rule rule_with(const std::string& lines, const std::string& defaults = "") {
  const auto loaded = load(defaults + "mappings:\n- match: a.b\n  name: n\n" + lines);
  return loaded.rules->rules().front();
}

inline std::string expanded(const mapping::NameTemplate& text,
                            const std::vector<std::string_view>& captures) {
  std::string out;
  text.expand(captures, out);
  return out;
}

// What `name` maps to as an event of `kind`; "-" when no rule matches.
inline std::string mapped(const mapping::RuleSet& rules, std::string_view name,
                          sample::EventKind kind = sample::EventKind::Counter) {
  mapping::Match match;
  rules.match(name, kind, match);
  return match.rule == nullptr ? "-" : expanded(match.rule->name, match.captures);
}

}  // namespace weir::rulefile
