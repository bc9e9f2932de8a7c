// SPDX-License-Identifier: Apache-2.0
#include "rulefile/wrong_file.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>

#include <fmt/core.h>

#include "weir/base/ascii.h"

namespace weir::rulefile {

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

// Lines that are neither empty nor comments, with their numbers.
class ContentLines {
 public:
  explicit ContentLines(std::string_view text) : rest_(text) {}

  // The next one; "" at the end.
  std::string_view next() {
    while (!rest_.empty()) {
      const auto line = rest_.substr(0, rest_.find('\n'));
      rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
      ++number_;
      const auto content = trimmed(line);
      if (!content.empty() && !content.starts_with('#')) return content;
    }
    return {};
  }
  // Of the line that came last.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

bool is_glob(std::string_view line) {
  return !line.starts_with('-') && line.find_first_of(".*") != std::string_view::npos &&
         std::ranges::all_of(
             line, [](char c) { return base::is_word(c) || c == '.' || c == '*' || c == '-'; });
}

// `key="value"`, blanks around the sign or not.
bool is_assignment(std::string_view line) {
  const auto sign = line.find('=');
  if (sign == std::string_view::npos) return false;
  const auto key = trimmed(line.substr(0, sign));
  const auto value = trimmed(line.substr(sign + 1));
  return !key.empty() && std::ranges::all_of(key, base::is_word) && value.size() >= 2 &&
         value.starts_with('"') && value.ends_with('"');
}

const YamlNode* find(const YamlNode& map, std::string_view key) {
  const auto found = std::ranges::find_if(
      map.entries, [key](const Entry& entry) { return entry.key->text == key; });
  return found == map.entries.end() ? nullptr : found->value;
}

// A part of another file that is one whole mapping file, or a list of rules.
struct Embedded {
  std::string path;
  std::size_t line = 0;
};

bool has_line_that_begins(std::string_view text, std::string_view begin) {
  return text.starts_with(begin) || text.find(fmt::format("\n{}", begin)) != std::string_view::npos;
}

bool is_mapping_file(const YamlNode& node) {
  if (node.kind == NodeKind::Scalar) return has_line_that_begins(node.text, "mappings:");
  if (node.kind != NodeKind::Map) return false;
  const auto* const mappings = find(node, "mappings");
  return mappings != nullptr && mappings->kind == NodeKind::List;
}

bool is_rule_list(const YamlNode& node) {
  return node.kind == NodeKind::List && !node.entries.empty() &&
         node.entries.front().value->kind == NodeKind::Map &&
         find(*node.entries.front().value, "match") != nullptr;
}

// Walks the document, each node once: aliases may lead to one from many places.
class EmbeddedSearch {
 public:
  std::optional<Embedded> run(const YamlNode& node, const std::string& path) {
    if (!seen_.insert(&node).second) return std::nullopt;
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const auto& [key, value] = node.entries[i];
      const auto step = key == nullptr ? fmt::format("{}[{}]", path, i)
                                       : fmt::format("{}{}{}", path, path.empty() ? "" : ".",
                                                     printable(key->text));
      // Directly in the file it is `mappings` under another name.
      const bool is_misnamed = path.empty() && is_rule_list(*value);
      if (is_misnamed) return std::nullopt;
      if (is_mapping_file(*value) || is_rule_list(*value)) {
        return Embedded{step, key == nullptr ? value->position.line : key->position.line};
      }
      if (auto found = run(*value, step)) return found;
    }
    return std::nullopt;
  }

 private:
  std::unordered_set<const YamlNode*> seen_;
};

// "" for what is no Kubernetes object.
std::string kubernetes_kind(const YamlNode& root) {
  const auto* const kind = find(root, "kind");
  return kind == nullptr || find(root, "apiVersion") == nullptr ? std::string()
                                                                : printable(kind->text);
}

}  // namespace

bool fault_text_form(std::string_view text, Diagnostics& diagnostics) {
  ContentLines lines(text);
  const auto first = lines.next();
  const Position position{lines.number(), 1};
  if (!is_glob(first) || !is_assignment(lines.next())) return false;
  diagnostics.error(
      DiagnosticKind::WrongFile, position,
      "this is the text form of mapping files that statsd_exporter read before 0.5",
      "write each block as an item of a YAML list `mappings:` with `match`, `name` and "
      "`labels`, see docs/migration.md");
  return true;
}

bool fault_wrong_document(const YamlNode& root, Diagnostics& diagnostics) {
  if (is_rule_list(root)) {
    diagnostics.error(DiagnosticKind::WrongFile, root.position, "this is a list of mappings",
                      "put a line `mappings:` before it");
    return true;
  }
  if (root.kind != NodeKind::Map || find(root, "mappings") != nullptr ||
      find(root, "defaults") != nullptr) {
    return false;
  }
  const auto kind = kubernetes_kind(root);
  const auto embedded = EmbeddedSearch().run(root, "");
  if (kind.empty() && !embedded) return false;
  const auto what = kind.empty() ? std::string("looks like the values of a Helm chart")
                                 : fmt::format("is a Kubernetes {}", kind);
  diagnostics.error(DiagnosticKind::WrongFile, root.position,
                    fmt::format("this {}, not a mapping file", what),
                    embedded ? fmt::format("take the mapping out of it, which is at {} on line {}",
                                           embedded->path, embedded->line)
                             : "give a file that begins with `mappings:`");
  return true;
}

}  // namespace weir::rulefile
