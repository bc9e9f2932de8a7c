// SPDX-License-Identifier: Apache-2.0
#include "migrate/rewriter.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "weir/rulefile/config_error.h"

namespace weir::migrate {

namespace {

using rulefile::Entry;
using rulefile::YamlNode;

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kSpace = " \t\r\n";

// Where the key of the entry that is written next begins; npos when there is none.
std::size_t next_key(const Source& source, const YamlNode& map, std::size_t after) {
  auto next = std::string::npos;
  for (const auto& entry : map.entries) {
    const auto key = source.offset_of(entry.key->position);
    if (key > after) next = std::min(next, key);
  }
  return next;
}

}  // namespace

void Rewriter::refuse(rulefile::Position position, const std::string& why) const {
  throw rulefile::ConfigError(file_, position.line, position.column, "cannot be migrated: " + why);
}

std::vector<Change> Rewriter::changes() const {
  auto sorted = changes_;
  std::ranges::stable_sort(sorted, {}, &Change::position);
  return sorted;
}

Extent Rewriter::extent_of(const Entry& entry) const {
  const auto extent = layout_.extent_of(entry);
  if (extent) return *extent;
  refuse(entry.key->position, fmt::format("\"{}\" is written in an unusual way, write `{}: value`",
                                          entry.key->text, entry.key->text));
}

bool Rewriter::is_first_on_line(const Extent& extent) const {
  const auto begin = source_.line(source_.line_of(extent.key.begin)).begin;
  return is_blank(std::string_view(source_.text()).substr(begin, extent.key.begin - begin));
}

void Rewriter::rename(const Entry& entry, std::string_view now) {
  const auto word = layout_.word_of(*entry.key);
  if (!word) {
    refuse(entry.key->position, fmt::format("\"{}\" is written with escapes", entry.key->text));
  }
  replace(*word, std::string(now));
}

void Rewriter::nest(const Entry& entry, const MapNode& map, std::string_view parent) {
  const auto extent = extent_of(entry);
  if (map.is_flow) {
    const auto quote = source_.text().substr(extent.key.begin, 1);
    const bool is_quoted = quote == "\"" || quote == "'";
    edits_.insert(extent.key.begin, is_quoted ? fmt::format("{}{}{}: {{", quote, parent, quote)
                                              : fmt::format("{}: {{", parent));
    edits_.insert(extent.value.end, "}");
    return;
  }
  const auto first = source_.line_of(extent.key.begin);
  const auto column = extent.key.begin - source_.line(first).begin;
  edits_.insert(extent.key.begin,
                fmt::format("{}:{}{:{}}", parent, source_.line_break(), "", column + step_));
  const auto last = layout_.last_line_with_comments(extent);
  for (auto i = first + 1; i <= last; ++i) {
    const auto line = source_.line(i);
    if (!is_blank(source_.text_of(line))) edits_.insert(line.begin, std::string(step_, ' '));
  }
}

void Rewriter::remove(const Entry& entry, const MapNode& map) {
  const auto extent = extent_of(entry);
  if (map.is_flow) {
    remove_from_flow(extent);
  } else if (is_first_on_line(extent)) {
    remove_lines(extent);
  } else {
    remove_behind_dash(extent, map);
  }
}

void Rewriter::remove(const Entry& entry, const MapNode& map, std::string why) {
  remove(entry, map);
  add_change({entry.key->position, entry.key->text, "", std::move(why)});
}

void Rewriter::remove_lines(const Extent& extent) {
  const auto last = source_.line_of(extent.value.end);
  for (auto i = source_.line_of(extent.key.begin); i <= last; ++i) {
    remove_content(i, indentation(source_.text_of(source_.line(i))));
  }
}

// What is on the line from this column on, but for its comment; the whole line when it has no more.
void Rewriter::remove_content(std::size_t index, std::size_t from) {
  const auto line = source_.line(index);
  const auto text = source_.text_of(line);
  if (is_blank(text) || is_comment(text)) return;
  const auto comment = comment_begin(text);
  if (comment != std::string_view::npos) {
    edits_.erase(line.begin + from, line.begin + comment);
  } else if (is_blank(text.substr(0, from))) {
    edits_.erase(line.begin, line.next);
  } else {
    edits_.erase(line.begin + text.find_last_not_of(kBlanks, from - 1) + 1, line.end);
  }
}

// The first entry of an item of a list: the next one takes its place, unless comments are between.
void Rewriter::remove_behind_dash(const Extent& extent, const MapNode& map) {
  const auto next = next_key(source_, map.node, extent.key.begin);
  const auto first = source_.line_of(extent.key.begin);
  const auto last = source_.line_of(extent.value.end);
  if (next != std::string::npos && first == last &&
      is_blank(
          std::string_view(source_.text()).substr(extent.value.end, next - extent.value.end))) {
    edits_.erase(extent.key.begin, next);
    return;
  }
  remove_content(first, extent.key.begin - source_.line(first).begin);
  for (auto i = first + 1; i <= last; ++i) {
    remove_content(i, indentation(source_.text_of(source_.line(i))));
  }
}

void Rewriter::remove_from_flow(const Extent& extent) {
  const std::string_view text = source_.text();
  const auto behind = text.find_first_not_of(kBlanks, extent.value.end);
  if (behind != std::string_view::npos && text[behind] == ',') {
    const auto next = std::min(text.find_first_not_of(kBlanks, behind + 1), text.size());
    edits_.erase(extent.key.begin, next);
    return;
  }
  const auto before = text.find_last_not_of(kBlanks, extent.key.begin - 1);
  const bool has_comma = before != std::string_view::npos && text[before] == ',';
  edits_.erase(has_comma ? before : extent.key.begin, extent.value.end);
}

void Rewriter::move(const Entry& entry, const MapNode& map, const Entry& into) {
  const auto extent = extent_of(entry);
  const auto options = layout_.extent_of(into);
  if (!options || layout_.is_alias(into)) {
    refuse(entry.key->position,
           fmt::format("\"{}\" belongs into {}, which is an alias here: write it out",
                       entry.key->text, into.key->text));
  }
  if (!options->is_block) {
    move_into_flow(extent, map, *options);
  } else if (!is_first_on_line(extent)) {
    refuse(entry.key->position,
           fmt::format("begin the rule with another key than \"{}\"", entry.key->text));
  } else {
    move_block(extent, into, *options);
  }
}

void Rewriter::move_block(const Extent& extent, const Entry& into, const Extent& options) {
  const auto column = source_.position_of(layout_.content_of(*into.value)).column - 1;
  const auto first = source_.line_of(extent.key.begin);
  const auto last = layout_.last_line_with_comments(extent);
  const auto indent = extent.key.begin - source_.line(first).begin;
  std::vector<std::string> lines;
  lines.reserve(last - first + 1);
  for (auto i = first; i <= last; ++i) {
    const auto text = source_.text_of(source_.line(i));
    const auto blanks = std::min(indentation(text), indent);
    lines.push_back(is_blank(text) ? std::string()
                                   : std::string(column, ' ').append(text.substr(blanks)));
  }
  insert_below(options, lines);
  edits_.erase(source_.line(first).begin, source_.line(last).next);
}

void Rewriter::insert_below(const Extent& options, const std::vector<std::string>& lines) {
  const auto line = source_.line(layout_.last_line_with_comments(options));
  const bool has_break = line.next > line.end;
  std::string text;
  for (const auto& each : lines) {
    if (!has_break) text += source_.line_break();
    text += each;
    if (has_break) text += source_.line_break();
  }
  edits_.insert(line.next, std::move(text));
}

void Rewriter::move_into_flow(const Extent& extent, const MapNode& map, const Extent& options) {
  const std::string_view text = source_.text();
  const auto key = source_.position_of(extent.key.begin);
  const auto entry = text.substr(extent.key.begin, extent.value.end - extent.key.begin);
  if (extent.is_block || entry.find('\n') != std::string_view::npos) {
    refuse(key, "the options that it belongs into are in braces: write it on one line in brackets");
  }
  const auto close = options.value.end - 1;
  const auto last = text.find_last_not_of(kSpace, close - 1);
  const bool has_lines = text.substr(options.value.begin, close - options.value.begin).find('\n') !=
                         std::string_view::npos;
  const bool needs_comma = text[last] != ',' && text[last] != '{';
  edits_.insert(has_lines ? close : last + 1,
                fmt::format("{}{}{}", needs_comma ? "," : "", text[last] == '{' ? "" : " ", entry));
  if (map.is_flow) {
    remove_from_flow(extent);
  } else if (is_first_on_line(extent)) {
    remove_lines(extent);
  } else {
    remove_behind_dash(extent, map);
  }
}

}  // namespace weir::migrate
