// SPDX-License-Identifier: Apache-2.0
#include "mappingtest/names.h"

namespace weir::mappingtest {

std::string_view ending_name(Ending ending) {
  switch (ending) {
    case Ending::Mapped: return "mapped";
    case Ending::Unmapped: return "unmapped";
    case Ending::Dropped: return "dropped";
    case Ending::Refused: return "refused";
    case Ending::Nothing: break;
  }
  return "nothing";
}

std::string_view match_name(Match match) {
  switch (match) {
    case Match::Same: return "same";
    case Match::Missing: return "missing";
    case Match::Unexpected: break;
  }
  return "unexpected";
}

}  // namespace weir::mappingtest
