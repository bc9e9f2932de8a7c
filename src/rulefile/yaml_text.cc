// SPDX-License-Identifier: Apache-2.0
#include "rulefile/yaml_text.h"

#include <algorithm>

#include <fmt/core.h>

#include "weir/base/ascii.h"

namespace weir::rulefile {

namespace {

// Nothing that YAML could see a mark in, wherever it is.
bool is_safe(char c) {
  return base::is_word(c) || c == '.' || c == '$' || c == '+' || c == '-' || c == ' ';
}

bool is_safe_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_safe) && text.front() != '-' &&
         text.front() != ' ' && text.back() != ' ';
}

// Numbers may begin with a minus; a lone one, or one before a blank, begins an item of a list.
bool is_negative_number(std::string_view text) {
  return text.size() > 1 && text[0] == '-' && text[1] != ' ' && is_safe_text(text.substr(1));
}

std::string scalar_text(const YamlNode& node) {
  const bool is_bare = is_safe_text(node.text) || is_negative_number(node.text);
  // Quotes make a string of what is none, but a plain scalar that is none has no odd characters.
  return node.is_plain && is_bare ? node.text : quoted(node.text);
}

std::string joined(const YamlNode& node) {
  std::string out;
  for (const auto& [key, value] : node.entries) {
    if (!out.empty()) out += ", ";
    if (key != nullptr) out += inline_yaml(*key) + ": ";
    out += inline_yaml(*value);
  }
  return out;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string inline_yaml(const YamlNode& node) {
  switch (node.kind) {
    case NodeKind::Null: return "~";
    case NodeKind::Scalar: return scalar_text(node);
    case NodeKind::List: return "[" + joined(node) + "]";
    case NodeKind::Map: return "{" + joined(node) + "}";
  }
  return {};
}

}  // namespace weir::rulefile
