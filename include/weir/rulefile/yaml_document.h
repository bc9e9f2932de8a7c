// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

enum class NodeKind : std::uint8_t { Null, Scalar, List, Map };

struct YamlNode;

struct Entry {
  // A scalar or null; absent in a list.
  const YamlNode* key = nullptr;
  const YamlNode* value = nullptr;
};

// One value of a YAML document. Several places refer to the same node when the file uses aliases.
struct YamlNode {
  NodeKind kind = NodeKind::Null;
  // The text of a scalar decides its type; false for quoted, block and `!!str` scalars, which are
  // strings.
  bool is_plain = false;
  Position position;
  // Scalars only; decoded.
  std::string text;
  // Of a map, keys unique and merges (`<<`) resolved, own entries first; of a list, its items.
  std::vector<Entry> entries;
};

// Owns all nodes of the first document of a file. Never contains itself: walking it ends.
class YamlDocument {
 public:
  // Nodes met on a walk through the whole document, aliases followed. A rule takes about 15.
  static constexpr std::size_t kNodesMax = 2'000'000;
  // Lists and maps inside each other; rules need five.
  static constexpr std::size_t kNestingMax = 64;

  // `text` is clean UTF-8. Throws ConfigError, with what `diagnostics` holds by then, for YAML that
  // is wrong or beyond the bounds. After a fault that leaves the rest readable it goes on.
  static YamlDocument parse(const std::string& text, Diagnostics& diagnostics);

  // The two ways in which `parse` goes, for tests, which hold them against each other. The second,
  // for files that are mostly lists of items of few shapes, takes a tenth of the time. Nothing
  // where it is of no use, so where anything is wrong.
  static YamlDocument parse_as_written(const std::string& text, Diagnostics& diagnostics);
  static std::optional<YamlDocument> parse_condensed(const std::string& text);

  // A null node when the file holds no document.
  [[nodiscard]] const YamlNode& root() const { return *root_; }

 private:
  friend class TreeBuilder;
  // A deque: nodes never move.
  std::deque<YamlNode> nodes_;
  const YamlNode* root_ = nullptr;
};

}  // namespace weir::rulefile
