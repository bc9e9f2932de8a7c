// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/airflow_dag_ids.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "rulefile/yaml_text.h"
#include "weir/mapping/name_grammar.h"
#include "weir/mapping/name_template.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

namespace {

constexpr std::string_view kDagLabel = "dag_id";
// As long as Airflow lets an id be.
constexpr std::size_t kDagIdBytesMax = 250;

// Whether `segment` can be in a glob after the first one, as itself.
bool is_word(std::string_view segment) {
  constexpr std::string_view kWordBytes =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !segment.empty() && segment.front() != '-' &&
         segment.find_first_not_of(kWordBytes) == std::string_view::npos;
}

const Entry* find(const YamlNode& map, std::string_view key) {
  if (map.kind != NodeKind::Map) return nullptr;
  const auto found = std::ranges::find_if(
      map.entries, [key](const Entry& entry) { return entry.key->text == key; });
  return found == map.entries.end() ? nullptr : &*found;
}

std::string_view text_of(const YamlNode& map, std::string_view key) {
  const Entry* entry = find(map, key);
  return entry == nullptr ? std::string_view() : std::string_view(entry->value->text);
}

// N of `$N` and `${N}`.
std::optional<std::size_t> reference(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A rule that the id of a DAG can be written into.
struct DagRule {
  const YamlNode* entry = nullptr;
  std::string_view match;
  // Which capture of how many the id is.
  std::size_t capture = 0;
  std::size_t captures = 0;
  // Where its `*` is in `match`.
  std::size_t offset = 0;
};

std::optional<DagRule> dag_rule(const YamlNode& entry, bool is_glob_by_default) {
  const auto type = text_of(entry, "match_type");
  const bool is_glob = find(entry, "match_type") == nullptr ? is_glob_by_default : type != "regex";
  const Entry* labels = find(entry, "labels");
  if (!is_glob || labels == nullptr) return std::nullopt;
  const auto capture = reference(text_of(*labels->value, kDagLabel));
  if (!capture) return std::nullopt;

  DagRule rule{&entry, text_of(entry, "match"), *capture};
  bool is_whole_segment = false;
  auto rest = rule.match;
  for (auto left = mapping::count_segments(rest); left > 0; --left) {
    const auto segment = mapping::take_segment(rest);
    if (segment.find('*') == std::string_view::npos || ++rule.captures != *capture) continue;
    is_whole_segment = segment == "*";
    rule.offset = static_cast<std::size_t>(segment.data() - rule.match.data());
  }
  return is_whole_segment ? std::optional(rule) : std::nullopt;
}

// Names take letters, digits and `_` only, and the id would be escaped to these anyhow.
std::string as_name(std::string_view dag_id) {
  std::string name(dag_id);
  std::ranges::replace_if(
      name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

// Writes the copies of one DAG id.
class RuleCopier {
 public:
  RuleCopier(std::string_view dag_id, std::size_t indent)
      : dag_id_(dag_id), name_(as_name(dag_id)), indent_(indent, ' ') {}

  void append(const DagRule& rule, std::string& out) const {
    std::string_view lead = "- ";
    for (const auto& [key, value] : rule.entry->entries) {
      out += indent_;
      out += lead;
      out += inline_yaml(*key);
      out += ':';
      append_value(rule, key->text, *value, out);
      lead = "  ";
    }
  }

 private:
  void append_value(const DagRule& rule, std::string_view key, const YamlNode& value,
                    std::string& out) const {
    if (key == "labels") {
      for (const auto& [label, text] : value.entries) {
        out += fmt::format("\n{}    {}: {}", indent_, inline_yaml(*label),
                           renumbered(rule, *text, dag_id_));
      }
    } else if (key == "match") {
      std::string match(rule.match);
      out += " " + quoted(match.replace(rule.offset, 1, dag_id_));
    } else {
      out += " " + (key == "name" ? renumbered(rule, value, name_) : inline_yaml(value));
    }
    out += '\n';
  }

  // A template that means the same where the id is no capture any more.
  static std::string renumbered(const DagRule& rule, const YamlNode& node,
                                std::string_view dag_id) {
    std::vector<std::string> references = {"${0}"};
    for (std::size_t i = 1; i <= rule.captures; ++i) {
      references.push_back(i == rule.capture
                               ? std::string(dag_id)
                               : fmt::format("${{{}}}", i < rule.capture ? i : i - 1));
    }
    std::string text;
    mapping::NameTemplate::for_glob(node.text, rule.captures)
        .expand(std::vector<std::string_view>(references.begin(), references.end()), text);
    return text == node.text ? inline_yaml(node) : quoted(text);
  }

  std::string_view dag_id_;
  std::string name_;
  std::string indent_;
};

std::vector<DagRule> dag_rules(const YamlNode& root, const YamlNode& mappings) {
  const Entry* defaults = find(root, "defaults");
  const bool is_glob_by_default =
      defaults == nullptr || text_of(*defaults->value, "match_type") != "regex";
  std::vector<DagRule> rules;
  for (const auto& item : mappings.entries) {
    if (const auto rule = dag_rule(*item.value, is_glob_by_default)) rules.push_back(*rule);
  }
  return rules;
}

// Each once. The longer ids first: what begins with a shorter one may fit its rules too.
std::vector<std::string> in_order(std::span<const std::string> dag_ids) {
  std::vector<std::string> ids;
  for (const auto& id : dag_ids) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  std::ranges::stable_sort(ids, std::greater{},
                           [](const std::string& id) { return mapping::count_segments(id); });
  return ids;
}

// Where the line after `line`, which counts from 1, begins.
std::size_t end_of_line(std::string_view text, std::size_t line) {
  std::size_t at = 0;
  for (; line > 0 && at < text.size(); --line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  return at;
}

}  // namespace

bool is_dag_id(std::string_view text) {
  if (text.size() > kDagIdBytesMax) return false;
  for (auto left = mapping::count_segments(text); left > 0; --left) {
    if (!is_word(mapping::take_segment(text))) return false;
  }
  return true;
}

std::string split_dag_ids(std::string_view text, const std::string& file,
                          std::span<const std::string> dag_ids) {
  std::string source = decode_source(text, file);
  Diagnostics diagnostics(file);
  const auto document = YamlDocument::parse(source, diagnostics);
  diagnostics.throw_errors();
  const Entry* mappings = find(document.root(), "mappings");
  const auto rules =
      mappings == nullptr ? std::vector<DagRule>() : dag_rules(document.root(), *mappings->value);
  if (rules.empty()) {
    throw ConfigError(
        file, 0, 0, "no rule has a label dag_id that is a segment of its own, leave --dag-id out");
  }
  const auto [line, column] = mappings->value->position;
  if (line == mappings->key->position.line) {
    throw ConfigError(file, line, column, "begin the list of mappings on a line of its own");
  }
  std::string copies;
  for (const auto& id : in_order(dag_ids)) {
    copies += fmt::format("{:{}}# These keep the DAG id {} whole.\n", "", column - 1, id);
    const RuleCopier copier(id, column - 1);
    for (const auto& rule : rules) copier.append(rule, copies);
  }
  source.insert(end_of_line(source, mappings->key->position.line), copies);
  // Too many segments, say.
  parse_rules(source, file);
  return source;
}

}  // namespace weir::rulefile
