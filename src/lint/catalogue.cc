// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/catalogue.h"

#include <algorithm>
#include <array>

#include "lint/catalogue_chapters.h"

namespace weir::lint {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Error: break;
  }
  return "error";
}

std::span<const Chapter> catalogue() {
  static const std::array kChapters{file_chapter(),      order_chapter(), regex_chapter(),
                                    reference_chapter(), name_chapter(),  label_chapter(),
                                    value_chapter()};
  return kChapters;
}

const Kind* find_kind(std::string_view id) {
  for (const auto& chapter : catalogue()) {
    const auto found = std::ranges::find(chapter.kinds, id, &Kind::id);
    if (found != chapter.kinds.end()) return &*found;
  }
  return nullptr;
}

}  // namespace weir::lint
