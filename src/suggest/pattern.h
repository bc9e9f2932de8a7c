// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/suggest/traffic.h"

namespace weir::suggest {

// Longer names are left alone.
inline constexpr std::size_t kSegmentsMax = 64;
inline constexpr std::size_t kNameBytesMax = 1'000;

// A name cut at its dots, but for those of IPv4 addresses. Borrows from the traffic.
struct Name {
  const SentName* sent = nullptr;
  std::vector<std::string_view> segments;

  [[nodiscard]] sample::EventKind kind() const { return sample::event_kind(sent->kind); }
  // The part of it that its first `count` segments are.
  [[nodiscard]] std::string_view beginning(std::size_t count) const;
};

// Which place in a list of names.
using NameId = std::uint32_t;
using NameIds = std::vector<NameId>;

enum class Cover : std::uint8_t {
  Literal,
  Part,  // `before*after`
  Code,  // the same for three digits alone, which takes a regex
  Any,   // `*`
  Tail,  // `**`
};

// What covers one segment, or several of them.
struct Piece {
  Cover cover = Cover::Literal;
  // All of a literal.
  std::string before;
  std::string after = {};
  // The label that it is, where the way in which it was found tells; else "".
  std::string label = {};
  // Not part of the dotted id before it.
  bool is_apart = false;
};
using Pieces = std::vector<Piece>;

// Names that one rule is for.
struct Pattern {
  Pieces pieces;
  NameIds names;
  // A name that counts all of them together.
  std::optional<NameId> total;
  // What the metric is called, where that is more than its literals; else "".
  std::string metric = {};
};

[[nodiscard]] inline bool is_varying(const Piece& piece) { return piece.cover != Cover::Literal; }

}  // namespace weir::suggest
