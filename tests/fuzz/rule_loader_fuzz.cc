// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "weir/rulefile/airflow_dag_ids.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/loader.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"

namespace {

using namespace weir;

// Names that the seeds' rules are written for, and some that nobody expects.
constexpr std::string_view kNames[] = {"",         "a",       "a.b",      "a.b.c",   "a.*.c",
                                       "a..c",     ".",       "test.web", "foo",     "x.y.z.1.2.3",
                                       "\u00e9.b", "foo.bar", "timer.1",  "a.bb.c.d"};
constexpr sample::EventKind kKinds[] = {sample::EventKind::Counter, sample::EventKind::Gauge,
                                        sample::EventKind::Observer};

// With the line that says how many are left out.
constexpr std::size_t kErrorsMax = 51;

constexpr mapping::Tag kTags[] = {{"env", "test"}, {"k.e-y", ""}, {"env", "live"}, {"empty", ""}};

// Looks every name up and expands what the rule makes of it; the result is only there to be made.
void match_names(const mapping::RuleSet& rules) {
  mapping::Match match;
  std::string out;
  for (const auto name : kNames) {
    for (const auto kind : kKinds) {
      rules.match(name, kind, kTags, match);
      if (match.rule == nullptr) continue;
      if (match.rule->kind.value_or(kind) != kind || match.captures.empty()) std::abort();
      if (!mapping::satisfy(kTags, match.rule->match_tags)) std::abort();
      out.clear();
      match.rule->name.expand(match.captures, out);
      for (const auto& label : match.rule->labels) label.value.expand(match.captures, out);
      if (match.rule->tags.drops(name)) continue;
      out += match.rule->tags.new_name(name);
    }
  }
}

}  // namespace

void expect_lines(const std::vector<rulefile::Diagnostic>& diagnostics) {
  for (const auto& diagnostic : diagnostics) {
    if (rulefile::text_of(diagnostic).find('\n') != std::string::npos) std::abort();
  }
}

void expect_few_errors(const rulefile::ConfigError& error) {
  expect_lines(error.errors());
  if (error.errors().empty() || error.errors().size() > kErrorsMax) std::abort();
}

// Where names are UTF-8 no fewer files load.
void load_with_utf8_names(std::string_view text, bool is_legacy_loaded) {
  try {
    const auto loaded =
        rulefile::parse_rules(text, "fuzz.yml", {.names = base::NameValidation::Utf8});
    expect_lines(loaded.warnings);
    match_names(*loaded.rules);
  } catch (const rulefile::ConfigError& error) {
    if (is_legacy_loaded) std::abort();
    expect_few_errors(error);
  }
}

bool is_same(const rulefile::YamlNode& a, const rulefile::YamlNode& b) {
  if (a.kind != b.kind || a.is_plain != b.is_plain || a.position != b.position) return false;
  if (a.text != b.text || a.entries.size() != b.entries.size()) return false;
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    const auto& [a_key, a_value] = a.entries[i];
    const auto& [b_key, b_value] = b.entries[i];
    if ((a_key == nullptr) != (b_key == nullptr)) return false;
    if (a_key != nullptr && !is_same(*a_key, *b_key)) return false;
    if (!is_same(*a_value, *b_value)) return false;
  }
  return true;
}

// Where yaml-cpp reads less than the file, it comes to the same document.
void expect_same_document(std::string_view text) {
  const auto source = rulefile::decode_source(text, "fuzz.yml");
  const auto condensed = rulefile::YamlDocument::parse_condensed(source);
  if (!condensed) return;
  rulefile::Diagnostics diagnostics("fuzz.yml");
  try {
    const auto document = rulefile::YamlDocument::parse_as_written(source, diagnostics);
    diagnostics.throw_errors();
    if (!is_same(document.root(), condensed->root())) std::abort();
  } catch (const rulefile::ConfigError&) {
    std::abort();
  }
}

// Whatever the file holds, it loads or throws ConfigError; each error and warning is one line, and
// there are few of them. So it does with rules for a DAG id put in, and where names are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bool is_loaded = false;
  try {
    expect_same_document(text);
    const auto loaded = rulefile::parse_rules(text, "fuzz.yml");
    is_loaded = true;
    expect_lines(loaded.warnings);
    match_names(*loaded.rules);
    const std::string dag_ids[] = {"a.b-c"};
    const auto split = rulefile::split_dag_ids(text, "fuzz.yml", dag_ids);
    match_names(*rulefile::parse_rules(split, "split.yml").rules);
  } catch (const rulefile::ConfigError& error) {
    expect_few_errors(error);
  }
  load_with_utf8_names(text, is_loaded);
  return 0;
}
