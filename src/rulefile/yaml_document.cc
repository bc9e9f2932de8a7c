// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/yaml_document.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "rulefile/condensed_text.h"
#include "rulefile/tree_builder.h"

namespace weir::rulefile {

namespace {

Position position_of(const YAML::Mark& mark) {
  if (mark.line < 0 || mark.column < 0) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

// What follows the anchor and the tag of a node.
std::string_view without_properties(std::string_view node) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (node.starts_with('&') || node.starts_with('!')) {
    node.remove_prefix(std::min(node.find_first_of(kBlanks), node.size()));
    node.remove_prefix(std::min(node.find_first_not_of(kBlanks), node.size()));
  }
  return node;
}

// Whether the quote that opens `text`, which reaches to the end of the file, is never closed:
// yaml-cpp takes the end of the file for a closing quote.
bool is_quote_left_open(std::string_view text) {
  text = without_properties(text);
  if (!text.starts_with('"') && !text.starts_with('\'')) return false;
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      const bool is_doubled = quote == '\'' && text.substr(i + 1).starts_with(quote);
      if (!is_doubled) return false;
      ++i;
    }
  }
  return true;
}

// Hands the parser's events on in words of our own.
class Events : public YAML::EventHandler {
 public:
  // `condensed` is what is parsed; null for a text as it is written.
  Events(TreeBuilder& builder, const CondensedText* condensed)
      : builder_(builder), condensed_(condensed) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.add_null(place_of(mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.add_alias(place_of(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    last_scalar_ = mark;
    builder_.add_scalar(place_of(mark), tag, anchor, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    builder_.open_list(place_of(mark), anchor, style_of(style));
  }
  void OnSequenceEnd() override { builder_.close_list(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    builder_.open_map(place_of(mark), anchor, style_of(style));
  }
  void OnMapEnd() override { builder_.close_map(); }

  // Of a scalar that is left open nothing can follow.
  void check_last_quote(std::string_view text) const {
    const auto begin = static_cast<std::size_t>(last_scalar_.pos);
    if (last_scalar_.pos < 0 || begin >= text.size()) return;
    if (is_quote_left_open(text.substr(begin))) {
      builder_.fail(place_of(last_scalar_), "yaml: this quote is never closed", "close it");
    }
  }

 private:
  [[nodiscard]] Position place_of(const YAML::Mark& mark) const {
    Position position = position_of(mark);
    if (condensed_ != nullptr) position.line = condensed_->line_in_file(position.line);
    return position;
  }

  static TreeBuilder::Style style_of(YAML::EmitterStyle::value style) {
    return style == YAML::EmitterStyle::Block ? TreeBuilder::Style::Block
                                              : TreeBuilder::Style::Flow;
  }

  TreeBuilder& builder_;
  const CondensedText* condensed_;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();
};

// yaml-cpp reports an unknown escape where the text goes on after it.
void fault_escape(const std::string& text, const YAML::Mark& mark, Diagnostics& diagnostics) {
  auto position = position_of(mark);
  const auto end = static_cast<std::size_t>(std::max(mark.pos, 0));
  const auto backslash = text.rfind('\\', std::min(end, text.size()));
  if (backslash != std::string::npos && end - backslash < position.column) {
    position.column -= end - backslash;
  }
  const auto escape = backslash == std::string::npos ? std::string() : text.substr(backslash, 2);
  diagnostics.error(
      DiagnosticKind::Syntax, position,
      fmt::format("yaml: `{}` is no escape that double quotes know", printable(escape)),
      "write a regex in single quotes, which leave backslashes alone");
}

void fault_syntax(const std::string& text, const YAML::Exception& error, Diagnostics& diagnostics) {
  if (error.msg.starts_with(YAML::ErrorMsg::INVALID_ESCAPE)) {
    fault_escape(text, error.mark, diagnostics);
    return;
  }
  diagnostics.error(
      DiagnosticKind::Syntax, position_of(error.mark),
      fmt::format("yaml: {}", printable(error.msg)),
      "check the indentation and quote values that hold special characters such as * & "
      ": # [ {");
}

void run_parser(const std::string& text, TreeBuilder& builder, const CondensedText* condensed) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Events events(builder, condensed);
  parser.HandleNextDocument(events);
  events.check_last_quote(text);
}

}  // namespace

YamlDocument YamlDocument::parse_as_written(const std::string& text, Diagnostics& diagnostics) {
  YamlDocument document;
  TreeBuilder builder(document, diagnostics, nullptr);
  try {
    run_parser(text, builder, nullptr);
  } catch (const Stop&) {
    diagnostics.throw_errors();
  } catch (const YAML::Exception& error) {
    fault_syntax(text, error, diagnostics);
    diagnostics.throw_errors();
  } catch (const std::exception& error) {
    diagnostics.error(DiagnosticKind::Syntax, {}, fmt::format("yaml: {}", printable(error.what())),
                      "fix the YAML of this file");
    diagnostics.throw_errors();
  }
  if (!document.root_) document.root_ = &document.nodes_.emplace_back();
  return document;
}

std::optional<YamlDocument> YamlDocument::parse_condensed(const std::string& text) {
  const auto condensed = condense(text);
  if (!condensed) return std::nullopt;
  YamlDocument document;
  // What is wrong has to be found, and described, in the text as it is written.
  Diagnostics unused("");
  TreeBuilder builder(document, unused, &*condensed);
  try {
    run_parser(condensed->text, builder, &*condensed);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  if (unused.error_count() > 0 || !builder.has_restored_all()) return std::nullopt;
  return document;
}

YamlDocument YamlDocument::parse(const std::string& text, Diagnostics& diagnostics) {
  if (auto document = parse_condensed(text)) return std::move(*document);
  return parse_as_written(text, diagnostics);
}

}  // namespace weir::rulefile
