// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rulefile/condensed_text.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// Reading cannot go on after the last finding.
struct Stop : std::exception {};

// Builds the tree of a document from the events of its parser, with what yaml-cpp 0.7 leaves out:
// duplicate keys are errors, merges are resolved, and the size is bounded. Puts back what a
// condensed text left out. Each call may throw `Stop`.
class TreeBuilder {
 public:
  // The number of an anchor; 0 is none.
  using Anchor = std::size_t;
  enum class Style : std::uint8_t { Block, Flow };

  // `condensed` is null for a text as it is written. All must outlive the builder.
  TreeBuilder(YamlDocument& document, Diagnostics& diagnostics, const CondensedText* condensed);

  void add_null(Position position, Anchor anchor);
  void add_alias(Position position, Anchor anchor);
  void add_scalar(Position position, std::string_view tag, Anchor anchor, const std::string& value);
  void open_list(Position position, Anchor anchor, Style style);
  void close_list() { close(); }
  void open_map(Position position, Anchor anchor, Style style);
  void close_map();

  [[noreturn]] void fail(Position position, std::string message, std::string hint) const;
  // After the last event of a condensed text: whether all that it left out is back.
  [[nodiscard]] bool has_restored_all() const;

 private:
  // What an anchor names: a node and how many nodes a walk through it meets.
  struct Anchored {
    const YamlNode* node = nullptr;
    std::size_t nodes = 1;
    bool is_open = false;
  };
  // A list or map whose end has not come.
  struct Frame {
    YamlNode* node = nullptr;
    Anchor anchor = 0;
    bool is_block = false;
    std::size_t nodes_before = 0;
    const YamlNode* key = nullptr;
    // `key` has been there before, so its value does not count.
    bool is_key_repeated = false;
    std::unordered_set<std::string_view> keys;
    std::vector<Entry> merges;
  };
  // The first item of a shape.
  struct Shape {
    const YamlNode* item = nullptr;
    // How many lists and maps it is in.
    std::size_t depth = 0;
    // Its values are from this one on.
    std::size_t values_begin = 0;
  };

  void count(std::size_t nodes, Position position);
  YamlNode& append(Position position, NodeKind kind);
  // One that the parser has read.
  YamlNode& append_read(Position position, Anchor anchor, NodeKind kind);
  void open(YamlNode& node, Anchor anchor, Style style);
  void close();
  void attach(const YamlNode& node);
  void attach_key(Frame& frame, const YamlNode& key);
  void check_colon(const YamlNode& value) const;
  static void merge_map(Frame& frame, const YamlNode& from);
  void merge_value(Frame& frame, const YamlNode& value) const;

  // The item of a condensed text that begins at `position`; null when the next one does not.
  [[nodiscard]] const CondensedText::Item* item_at(Position position) const;
  // Notes `node` if it is the first item of a shape.
  void note_first(const YamlNode& node);
  // Whether yaml-cpp read a stand-in as a value of its own in block style, which comes next.
  [[nodiscard]] bool is_stand_in(const YamlNode& node, bool is_plain) const;
  // What has to be in the place of `node`: itself, with its own text where it stood in for a value,
  // or a whole item.
  const YamlNode& restored(YamlNode& node);
  const YamlNode& restored_item(const CondensedText::Item& item);
  // After an item was restored: those after it for which nothing stands in.
  void attach_next_items();
  // The nodes with the values of the first items.
  using Valued = std::vector<const YamlNode*>::const_iterator;
  // A copy of a part of the first item of a shape, so many lines further down. `value` is the next
  // of them.
  const YamlNode& copy(const YamlNode& from, std::size_t lines, Valued& value);

  YamlDocument& document_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::unordered_map<Anchor, Anchored> anchors_;
  std::size_t nodes_ = 0;

  const CondensedText* condensed_;
  std::vector<Shape> shapes_;
  // Which node has each of `condensed_->values`, as far as they have come.
  std::vector<const YamlNode*> valued_;
  std::size_t next_item_ = 0;
  std::size_t next_repeated_ = 0;
};

}  // namespace weir::rulefile
