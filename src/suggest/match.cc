// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "suggest/draft.h"
#include "weir/base/ascii.h"
#include "weir/mapping/glob_grammar.h"

namespace weir::suggest {

namespace {

std::string glob_of(const Piece& piece) {
  switch (piece.cover) {
    case Cover::Literal: return piece.before;
    case Cover::Any: return "*";
    case Cover::Tail: return "**";
    case Cover::Code:
    case Cover::Part: break;
  }
  return piece.before + '*' + piece.after;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool is_plain = base::is_word(c) || c == '-' || !base::is_ascii(c);
    if (!is_plain) out += '\\';
    out += c;
  }
  return out;
}

std::string regex_of(const Piece& piece) {
  switch (piece.cover) {
    case Cover::Literal: return escaped(piece.before);
    case Cover::Any: return "([^.]+)";
    case Cover::Tail: return "(.+)";
    case Cover::Code: return escaped(piece.before) + "([0-9]{3})" + escaped(piece.after);
    case Cover::Part: break;
  }
  return escaped(piece.before) + "([^.]+)" + escaped(piece.after);
}

bool has_star(const Pieces& pieces) {
  for (const auto& piece : pieces) {
    if ((piece.before + piece.after).find('*') != std::string::npos) return true;
  }
  return false;
}

bool has_code(const Pieces& pieces) {
  for (const auto& piece : pieces) {
    if (piece.cover == Cover::Code) return true;
  }
  return false;
}

template <typename TextOf>
std::string joined(const Pieces& pieces, std::string_view dot, const TextOf& text_of) {
  std::string out;
  for (const auto& piece : pieces) {
    if (&piece != &pieces.front()) out += dot;
    out += text_of(piece);
  }
  return out;
}

}  // namespace

void write_match(Draft& draft) {
  draft.match = joined(draft.pieces, ".", glob_of);
  draft.is_regex =
      has_code(draft.pieces) || has_star(draft.pieces) || !mapping::glob_fault(draft.match).empty();
  if (draft.is_regex) draft.match = '^' + joined(draft.pieces, "\\.", regex_of) + '$';
}

}  // namespace weir::suggest
