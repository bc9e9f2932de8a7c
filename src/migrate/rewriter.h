// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/edits.h"
#include "migrate/layout.h"
#include "migrate/source.h"
#include "weir/migrate/migrate.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::migrate {

// A map of the document.
struct MapNode {
  const rulefile::YamlNode& node;
  // It, or a list or map around it, is in brackets.
  bool is_flow = false;
};

// Changes single entries of maps, and remembers what it changed. What it cannot do it refuses with
// a ConfigError. Borrows all that it is given.
class Rewriter {
 public:
  // `step` is how many columns a map is indented below its key.
  Rewriter(const Source& source, const std::string& file, std::size_t step)
      : source_(source), file_(file), layout_(source), step_(step) {}

  [[nodiscard]] const Layout& layout() const { return layout_; }

  // The key of an entry becomes `now`.
  void rename(const rulefile::Entry& entry, std::string_view now);
  // The entry becomes the only one of a new map under the key `parent`.
  void nest(const rulefile::Entry& entry, const MapNode& map, std::string_view parent);
  // The entry goes into a map that another entry of `map` has.
  void move(const rulefile::Entry& entry, const MapNode& map, const rulefile::Entry& into);
  // The entry goes, and comments beside it stay.
  void remove(const rulefile::Entry& entry, const MapNode& map);
  // Says why an entry that was removed is not missed.
  void remove(const rulefile::Entry& entry, const MapNode& map, std::string why);
  // What is at `span` becomes `text`.
  void replace(Span span, std::string text) {
    edits_.replace(span.begin, span.end, std::move(text));
  }
  void add_change(Change change) { changes_.push_back(std::move(change)); }

  [[noreturn]] void refuse(rulefile::Position position, const std::string& why) const;

  [[nodiscard]] const Edits& edits() const { return edits_; }
  // Sorted.
  [[nodiscard]] std::vector<Change> changes() const;

 private:
  [[nodiscard]] Extent extent_of(const rulefile::Entry& entry) const;
  [[nodiscard]] bool is_first_on_line(const Extent& extent) const;
  void remove_lines(const Extent& extent);
  void remove_content(std::size_t line, std::size_t from);
  void remove_behind_dash(const Extent& extent, const MapNode& map);
  void remove_from_flow(const Extent& extent);
  void move_block(const Extent& extent, const rulefile::Entry& into, const Extent& options);
  void move_into_flow(const Extent& extent, const MapNode& map, const Extent& options);
  void insert_below(const Extent& options, const std::vector<std::string>& lines);

  const Source& source_;
  const std::string& file_;
  Layout layout_;
  std::size_t step_;
  Edits edits_;
  std::vector<Change> changes_;
};

}  // namespace weir::migrate
