// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/yaml_document.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace weir::rulefile {

namespace {

Position position_of(const YAML::Mark& mark) {
  if (mark.line < 0 || mark.column < 0) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

// "?" is what yaml-cpp calls the tag of a plain scalar; an explicit tag of a plain type lifts
// quotes.
bool is_plain_tag(std::string_view tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag == "?" || tag.empty()) return true;
  if (!tag.starts_with(kCore)) return false;
  tag.remove_prefix(kCore.size());
  return tag == "int" || tag == "float" || tag == "bool" || tag == "null" || tag == "merge";
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

// Reading cannot go on after the last finding.
struct Stop : std::exception {};

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

bool is_merge(const YamlNode& key) {
  return key.kind == NodeKind::Scalar && key.is_plain && key.text == "<<";
}

}  // namespace

// Builds the tree from the parser's events, with what yaml-cpp 0.7 leaves out: duplicate keys are
// errors, merges are resolved, and the size is bounded.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlDocument& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const YamlNode& node = append(mark, anchor, NodeKind::Null);
    check_colon(node);
    attach(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto& target = anchors_.at(anchor);
    if (target.is_open) {
      fail(position_of(mark), "this alias stands inside its own anchor", "remove it");
    }
    count(target.nodes, position_of(mark));
    attach(*target.node);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    last_scalar_ = mark;
    YamlNode& node = append(mark, anchor, NodeKind::Scalar);
    if (tag == "tag:yaml.org,2002:null") node.kind = NodeKind::Null;
    node.is_plain = is_plain_tag(tag);
    node.text = value;
    attach(node);
  }

  // Of a scalar that is left open nothing can follow.
  void check_last_quote(std::string_view text) const {
    const auto begin = static_cast<std::size_t>(last_scalar_.pos);
    if (last_scalar_.pos < 0 || begin >= text.size()) return;
    if (is_quote_left_open(text.substr(begin))) {
      fail(position_of(last_scalar_), "yaml: this quote is never closed", "close it");
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(append(mark, anchor, NodeKind::List), anchor, style);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(append(mark, anchor, NodeKind::Map), anchor, style);
  }
  void OnMapEnd() override {
    auto& frame = frames_.back();
    for (const Entry& merge : frame.merges) merge_value(frame, *merge.value);
    close();
  }

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
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool is_block = false;
    std::size_t nodes_before = 0;
    const YamlNode* key = nullptr;
    // `key` has been there before, so its value does not count.
    bool is_key_repeated = false;
    std::unordered_set<std::string_view> keys;
    std::vector<Entry> merges;
  };

  [[noreturn]] void fail(Position position, std::string message, std::string hint) const {
    diagnostics_.error(DiagnosticKind::Syntax, position, std::move(message), std::move(hint));
    throw Stop();
  }

  void count(std::size_t nodes, Position position) {
    nodes_ += nodes;
    if (nodes_ <= YamlDocument::kNodesMax) return;
    fail(position,
         fmt::format("the file has more than {} YAML nodes once aliases are followed",
                     YamlDocument::kNodesMax),
         "use fewer rules or aliases");
  }

  YamlNode& append(const YAML::Mark& mark, YAML::anchor_t anchor, NodeKind kind) {
    const Position position = position_of(mark);
    count(1, position);
    YamlNode& node = document_.nodes_.emplace_back();
    node.kind = kind;
    node.position = position;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {&node, 1, false};
    return node;
  }

  void open(YamlNode& node, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    if (frames_.size() == YamlDocument::kNestingMax) {
      fail(node.position, fmt::format("lists and maps are nested deeper than {}", frames_.size()),
           "flatten them");
    }
    // The frame comes first: attaching a map as a key must fail on the outer frame.
    if (!frames_.empty() && frames_.back().node->kind == NodeKind::Map && !frames_.back().key) {
      fail(node.position, "a key must be a plain word, not a list or map", "quote it");
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor].is_open = true;
    Frame& frame = frames_.emplace_back();
    frame.node = &node;
    frame.anchor = anchor;
    frame.is_block = style == YAML::EmitterStyle::Block;
    frame.nodes_before = nodes_ - 1;
  }

  void close() {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.anchor != YAML::NullAnchor) {
      anchors_[frame.anchor] = {frame.node, nodes_ - frame.nodes_before, false};
    }
    attach(*frame.node);
  }

  void attach(const YamlNode& node) {
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

  void attach_key(Frame& frame, const YamlNode& key) {
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
  void check_colon(const YamlNode& value) const {
    if (frames_.empty() || !frames_.back().is_block || !frames_.back().key) return;
    const YamlNode& key = *frames_.back().key;
    if (key.position != value.position) return;
    fail(key.position, fmt::format("could not find ':' after \"{}\"", printable(key.text)),
         "write `key: value`");
  }

  // YAML 1.1: own keys win, then earlier maps.
  static void merge_map(Frame& frame, const YamlNode& from) {
    for (const Entry& entry : from.entries) {
      if (frame.keys.insert(entry.key->text).second) frame.node->entries.push_back(entry);
    }
  }

  void merge_value(Frame& frame, const YamlNode& value) const {
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

  YamlDocument& document_;
  Diagnostics& diagnostics_;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
};

YamlDocument YamlDocument::parse(const std::string& text, Diagnostics& diagnostics) {
  YamlDocument document;
  std::istringstream stream(text);
  TreeBuilder builder(document, diagnostics);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    builder.check_last_quote(text);
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

}  // namespace weir::rulefile
