// SPDX-License-Identifier: Apache-2.0
#include "rulefile/tree_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace weir::rulefile {

namespace {

// "?" is what yaml-cpp calls the tag of a plain scalar; an explicit tag of a plain type lifts
// quotes.
bool is_plain_tag(std::string_view tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag == "?" || tag.empty()) return true;
  if (!tag.starts_with(kCore)) return false;
  tag.remove_prefix(kCore.size());
  return tag == "int" || tag == "float" || tag == "bool" || tag == "null" || tag == "merge";
}

bool is_merge(const YamlNode& key) {
  return key.kind == NodeKind::Scalar && key.is_plain && key.text == "<<";
}

}  // namespace

TreeBuilder::TreeBuilder(YamlDocument& document, Diagnostics& diagnostics,
                         const CondensedText* condensed)
    : document_(document), diagnostics_(diagnostics), condensed_(condensed) {}

void TreeBuilder::add_null(Position position, Anchor anchor) {
  const YamlNode& node = append_read(position, anchor, NodeKind::Null);
  check_colon(node);
  attach(node);
}

void TreeBuilder::add_alias(Position position, Anchor anchor) {
  const auto& target = anchors_.at(anchor);
  if (target.is_open) {
    fail(position, "this alias stands inside its own anchor", "remove it");
  }
  count(target.nodes, position);
  attach(*target.node);
}

void TreeBuilder::add_scalar(Position position, std::string_view tag, Anchor anchor,
                             const std::string& value) {
  YamlNode& node = append_read(position, anchor, NodeKind::Scalar);
  if (tag == "tag:yaml.org,2002:null") node.kind = NodeKind::Null;
  node.is_plain = is_plain_tag(tag);
  node.text = value;
  if (condensed_ != nullptr && anchor == 0) {
    attach(restored(node));
    attach_next_items();
  } else {
    attach(node);
  }
}

void TreeBuilder::open_list(Position position, Anchor anchor, Style style) {
  open(append_read(position, anchor, NodeKind::List), anchor, style);
}

void TreeBuilder::open_map(Position position, Anchor anchor, Style style) {
  open(append_read(position, anchor, NodeKind::Map), anchor, style);
}

void TreeBuilder::close_map() {
  auto& frame = frames_.back();
  for (const Entry& merge : frame.merges) merge_value(frame, *merge.value);
  close();
}

void TreeBuilder::fail(Position position, std::string message, std::string hint) const {
  diagnostics_.error(DiagnosticKind::Syntax, position, std::move(message), std::move(hint));
  throw Stop();
}

void TreeBuilder::count(std::size_t nodes, Position position) {
  nodes_ += nodes;
  if (nodes_ <= YamlDocument::kNodesMax) return;
  fail(position,
       fmt::format("the file has more than {} YAML nodes once aliases are followed",
                   YamlDocument::kNodesMax),
       "use fewer rules or aliases");
}

YamlNode& TreeBuilder::append(Position position, NodeKind kind) {
  count(1, position);
  YamlNode& node = document_.nodes_.emplace_back();
  node.kind = kind;
  node.position = position;
  return node;
}

YamlNode& TreeBuilder::append_read(Position position, Anchor anchor, NodeKind kind) {
  YamlNode& node = append(position, kind);
  if (anchor != 0) anchors_[anchor] = {&node, 1, false};
  if (condensed_ != nullptr) note_first(node);
  return node;
}

void TreeBuilder::open(YamlNode& node, Anchor anchor, Style style) {
  if (frames_.size() == YamlDocument::kNestingMax) {
    fail(node.position, fmt::format("lists and maps are nested deeper than {}", frames_.size()),
         "flatten them");
  }
  // The frame comes first: attaching a map as a key must fail on the outer frame.
  if (!frames_.empty() && frames_.back().node->kind == NodeKind::Map && !frames_.back().key) {
    fail(node.position, "a key must be a plain word, not a list or map", "quote it");
  }
  if (anchor != 0) anchors_[anchor].is_open = true;
  Frame& frame = frames_.emplace_back();
  frame.node = &node;
  frame.anchor = anchor;
  frame.is_block = style == Style::Block;
  frame.nodes_before = nodes_ - 1;
}

void TreeBuilder::close() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.anchor != 0) {
    anchors_[frame.anchor] = {frame.node, nodes_ - frame.nodes_before, false};
  }
  attach(*frame.node);
}

void TreeBuilder::attach(const YamlNode& node) {
  if (frames_.empty()) {
    document_.root_ = &node;
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node->kind == NodeKind::List) {
    frame.node->entries.push_back({nullptr, &node});
  } else if (!frame.key) {
    attach_key(frame, node);
  } else {
    auto& entries = is_merge(*frame.key) ? frame.merges : frame.node->entries;
    const Entry entry{std::exchange(frame.key, nullptr), &node};
    if (!std::exchange(frame.is_key_repeated, false)) entries.push_back(entry);
  }
}

void TreeBuilder::attach_key(Frame& frame, const YamlNode& key) {
  if (key.kind == NodeKind::List || key.kind == NodeKind::Map) {
    fail(key.position, "a key must be a plain word, not a list or map", "quote it");
  }
  frame.key = &key;
  if (is_merge(key)) return;
  if (frame.keys.insert(key.text).second) return;
  frame.is_key_repeated = true;
  diagnostics_.error(DiagnosticKind::RepeatedKey, key.position,
                     fmt::format("key \"{}\" is already set in this map", printable(key.text)),
                     key.text == "match" ? "remove one of the two, or begin a new item with `- `"
                                         : "remove one of the two");
}

// yaml-cpp reads a line without a colon as a key without a value and puts the value where the key
// is.
void TreeBuilder::check_colon(const YamlNode& value) const {
  if (frames_.empty() || !frames_.back().is_block || !frames_.back().key) return;
  const YamlNode& key = *frames_.back().key;
  if (key.position != value.position) return;
  fail(key.position, fmt::format("could not find ':' after \"{}\"", printable(key.text)),
       "write `key: value`");
}

// YAML 1.1: own keys win, then earlier maps.
void TreeBuilder::merge_map(Frame& frame, const YamlNode& from) {
  for (const Entry& entry : from.entries) {
    if (frame.keys.insert(entry.key->text).second) frame.node->entries.push_back(entry);
  }
}

void TreeBuilder::merge_value(Frame& frame, const YamlNode& value) const {
  const auto fault = [this](Position position) {
    diagnostics_.error(position, "`<<` needs a map or a list of maps", "give it an alias of one");
  };
  if (value.kind == NodeKind::Map) {
    merge_map(frame, value);
    return;
  }
  if (value.kind != NodeKind::List) fault(value.position);
  for (const Entry& item : value.entries) {
    if (item.value->kind == NodeKind::Map) {
      merge_map(frame, *item.value);
    } else if (value.kind == NodeKind::List) {
      fault(item.value->position);
    }
  }
}

const CondensedText::Item* TreeBuilder::item_at(Position position) const {
  if (next_item_ == condensed_->items.size()) return nullptr;
  const auto& item = condensed_->items[next_item_];
  return item.position == position ? &item : nullptr;
}

void TreeBuilder::note_first(const YamlNode& node) {
  const auto* const item = item_at(node.position);
  if (item == nullptr || !item->is_first) return;
  shapes_.push_back({&node, frames_.size(), valued_.size()});
  ++next_item_;
}

bool TreeBuilder::is_stand_in(const YamlNode& node, bool is_plain) const {
  if (frames_.empty() || node.text != CondensedText::kStandIn || node.is_plain != is_plain) {
    return false;
  }
  const Frame& frame = frames_.back();
  return frame.is_block && (frame.node->kind == NodeKind::List || frame.key != nullptr);
}

const YamlNode& TreeBuilder::restored(YamlNode& node) {
  const auto* const item = item_at(node.position);
  if (item != nullptr && is_stand_in(node, true)) return restored_item(*item);
  if (valued_.size() == condensed_->values.size()) return node;
  const auto& value = condensed_->values[valued_.size()];
  if (value.position != node.position || !is_stand_in(node, value.is_plain)) return node;
  node.text = value.text;
  valued_.push_back(&node);
  return node;
}

const YamlNode& TreeBuilder::restored_item(const CondensedText::Item& item) {
  ++next_item_;
  // One at another depth would be measured against the bound of nesting by the wrong one.
  const Shape& shape = shapes_[item.shape];
  if (shape.depth != frames_.size()) throw Stop();
  Valued value = valued_.cbegin() + static_cast<std::ptrdiff_t>(shape.values_begin);
  return copy(*shape.item, item.position.line - shape.item->position.line, value);
}

void TreeBuilder::attach_next_items() {
  while (next_item_ < condensed_->items.size() && condensed_->items[next_item_].is_next) {
    if (frames_.back().node->kind != NodeKind::List) throw Stop();
    attach(restored_item(condensed_->items[next_item_]));
  }
}

const YamlNode& TreeBuilder::copy(const YamlNode& from, std::size_t lines, Valued& value) {
  YamlNode& node = append(Position{from.position.line + lines, from.position.column}, from.kind);
  node.is_plain = from.is_plain;
  if (value != valued_.end() && *value == &from) {
    node.text = condensed_->repeated[next_repeated_++];
    ++value;
  } else {
    node.text = from.text;
  }
  node.entries.reserve(from.entries.size());
  for (const auto& [key, entry] : from.entries) {
    const YamlNode* const new_key = key == nullptr ? nullptr : &copy(*key, lines, value);
    node.entries.push_back({new_key, &copy(*entry, lines, value)});
  }
  return node;
}

bool TreeBuilder::has_restored_all() const {
  return next_item_ == condensed_->items.size() && valued_.size() == condensed_->values.size() &&
         next_repeated_ == condensed_->repeated.size();
}

}  // namespace weir::rulefile
