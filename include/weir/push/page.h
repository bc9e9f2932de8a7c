// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "weir/metrics/reading.h"
#include "weir/push/stored_family.h"

namespace weir::push {

// One family of all groups together. Borrows from the page.
struct PageFamily {
  struct Place {
    const StoredFamily* family = nullptr;
    std::size_t series = 0;
  };

  std::string_view name;
  std::string_view help;
  passthrough::FamilyType type = passthrough::FamilyType::Untyped;
  // In the order of a page: fewer labels first, then by their values.
  std::vector<Place> series;

  // What a writer gets of it.
  [[nodiscard]] metrics::FamilyReading reading() const;
};

// Everything that was pushed, at one moment, by name. Shares what is stored; immutable.
struct Page {
  std::vector<PageFamily> families;
  // Series that are not there: of a family whose type another group has otherwise, or there twice.
  // Both only without the check of consistency.
  std::uint64_t left_out = 0;
  std::vector<std::shared_ptr<const StoredFamily>> stored;
};

// Merges families of one name. `stored` may come in any order; the first of a name says help and
// type.
[[nodiscard]] std::shared_ptr<const Page> make_page(
    std::vector<std::shared_ptr<const StoredFamily>> stored);

// Gives the series of a family to a writer that has had its reading.
void visit_series(const PageFamily& family, metrics::ReadingVisitor& visitor);
// The whole page.
void visit_page(const Page& page, metrics::ReadingVisitor& visitor);

}  // namespace weir::push
