// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/family.h"

namespace weir::passthrough {

std::string_view type_word(FamilyType type) {
  switch (type) {
    case FamilyType::Untyped: break;
    case FamilyType::Counter: return "counter";
    case FamilyType::Gauge: return "gauge";
    case FamilyType::Summary: return "summary";
    case FamilyType::Histogram: return "histogram";
  }
  return "untyped";
}

}  // namespace weir::passthrough
