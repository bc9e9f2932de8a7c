// SPDX-License-Identifier: Apache-2.0
#include "weir/migrate/migrate.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include "migrate/old_keys.h"
#include "migrate/rewriter.h"
#include "migrate/same_rules.h"
#include "migrate/source.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::migrate {

namespace {

using rulefile::DiagnosticKind;
using rulefile::NodeKind;
using rulefile::YamlNode;

// Where the file says nothing.
constexpr std::size_t kDefaultStep = 2;

rulefile::LoadOptions load_options(base::NameValidation names) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  return {names, false, {rulefile::Diagnostics::kErrorsMax, kAll}};
}

// By how many columns some map below `node` is indented under its key.
std::optional<std::size_t> step_of(const YamlNode& node, const Layout& layout) {
  for (const auto& entry : node.entries) {
    if (entry.key == nullptr || entry.value->kind != NodeKind::Map || layout.is_alias(entry))
      continue;
    const auto key = entry.key->position;
    const auto value = entry.value->position;
    const bool is_below = value.line > key.line && value.column > key.column;
    if (is_below && !layout.is_flow(*entry.value)) return value.column - key.column;
  }
  return std::nullopt;
}

// As the file indents: its rules first, whose maps are the most like those that are made.
std::size_t step_of_file(const YamlNode& root, const Layout& layout) {
  for (const auto& half : root.entries) {
    for (const auto& entry : half.value->entries) {
      if (const auto step = step_of(*entry.value, layout)) return *step;
    }
  }
  return step_of(root, layout).value_or(kDefaultStep);
}

std::vector<rulefile::Diagnostic> left_of(const std::vector<rulefile::Diagnostic>& warnings) {
  std::vector<rulefile::Diagnostic> left;
  std::ranges::copy_if(warnings, std::back_inserter(left), [](const auto& warning) {
    return warning.kind == DiagnosticKind::LongReference ||
           warning.kind == DiagnosticKind::SecondDocument;
  });
  return left;
}

// Loads both, before and after, and refuses what is not the same.
class Check {
 public:
  Check(const Source& source, const std::string& file, const Rewriter& rewriter)
      : source_(source), file_(file), rewriter_(rewriter) {}

  void compare(const mapping::RuleSet& before, const std::string& text,
               base::NameValidation names) const {
    const auto after = load(text, names);
    if (const auto difference = difference_of(before, *after.rules)) refuse(before, *difference);
    const auto old =
        std::ranges::find(after.warnings, DiagnosticKind::OldKey, &rulefile::Diagnostic::kind);
    if (old == after.warnings.end()) return;
    refuse(old->line, fmt::format("{} is written in an unusual way", old->message));
  }

 private:
  [[nodiscard]] rulefile::LoadedRules load(const std::string& text,
                                           base::NameValidation names) const {
    try {
      return rulefile::parse_rules(text, file_, load_options(names));
    } catch (const rulefile::ConfigError& error) {
      refuse(error.errors().front().line,
             fmt::format("the result would not load: {}", error.errors().front().message));
    }
  }

  // `line` is of the result.
  [[noreturn]] void refuse(std::size_t line, const std::string& why) const {
    rewriter_.refuse({rewriter_.edits().line_before(source_.text(), line), 1}, why);
  }

  [[noreturn]] void refuse(const mapping::RuleSet& before, const Difference& difference) const {
    const auto changed = rewriter_.changes().front().position;
    const bool is_rule = difference.rule.has_value();
    const auto line = is_rule ? before.rules()[*difference.rule].line : changed.line;
    rewriter_.refuse({line, 1},
                     fmt::format("{} would change, as aliases or merges share what is old: write "
                                 "it out",
                                 is_rule ? "this rule" : "the defaults"));
  }

  const Source& source_;
  const std::string& file_;
  const Rewriter& rewriter_;
};

}  // namespace

Migration migrate(std::string_view bytes, const std::string& file, base::NameValidation names) {
  const Source source(bytes, file);
  const auto loaded = rulefile::parse_rules(bytes, file, load_options(names));
  rulefile::Diagnostics unused(file);
  const auto document = rulefile::YamlDocument::parse(source.text(), unused);
  Rewriter rewriter(source, file, step_of_file(document.root(), Layout(source)));
  OldKeys(*loaded.rules, rewriter).replace_all(document.root());

  Migration migration{std::string(bytes), rewriter.changes(), left_of(loaded.warnings)};
  if (rewriter.edits().empty()) return migration;
  if (!source.is_utf8()) rewriter.refuse({1, 1}, "it is UTF-16, save it as UTF-8");
  const auto text = rewriter.edits().applied(source.raw());
  if (!text) {
    rewriter.refuse(migration.changes.front().position,
                    "what is old here is too entangled to be replaced: write it out");
  }
  migration.text = fmt::format("{}{}", source.mark(), *text);
  Check(source, file, rewriter).compare(*loaded.rules, migration.text, names);
  return migration;
}

}  // namespace weir::migrate
