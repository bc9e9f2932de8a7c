// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_choice.h"

#include <algorithm>
#include <optional>

namespace weir::app {

namespace {

// The overview is before the first section and after the last.
void step(TopChoice& choice, bool is_forward) {
  const std::size_t places = kSectionCount + 1;
  const std::size_t now = choice.section ? static_cast<std::size_t>(*choice.section) + 1 : 0;
  const std::size_t next = (now + (is_forward ? 1 : places - 1)) % places;
  choice.section = next == 0 ? std::nullopt : std::optional(static_cast<Section>(next - 1));
  choice.first_row = 0;
}

void scroll(TopChoice& choice, Key key, std::size_t rows, std::size_t page) {
  const std::size_t last = rows > page ? rows - page : 0;
  const std::size_t by =
      key == Key::PageUp || key == Key::PageDown ? std::max<std::size_t>(page, 1) : std::size_t{1};
  switch (key) {
    case Key::Up:
    case Key::PageUp: choice.first_row -= std::min(choice.first_row, by); break;
    case Key::Down:
    case Key::PageDown: choice.first_row = std::min(choice.first_row + by, last); break;
    case Key::Home: choice.first_row = 0; break;
    default: choice.first_row = last; break;
  }
}

}  // namespace

TopChoice chosen_by(Key key, TopChoice choice, std::size_t rows, std::size_t page) {
  if (choice.shows_help && key != Key::None) {
    choice.shows_help = false;
    return choice;
  }
  switch (key) {
    case Key::NextSection: step(choice, true); break;
    case Key::PreviousSection: step(choice, false); break;
    case Key::Up:
    case Key::Down:
    case Key::PageUp:
    case Key::PageDown:
    case Key::Home:
    case Key::End: scroll(choice, key, rows, page); break;
    case Key::OtherOrder: choice.is_other_order = !choice.is_other_order; break;
    case Key::Help: choice.shows_help = true; break;
    case Key::All:
      choice = {.section = std::nullopt, .is_other_order = choice.is_other_order};
      break;
    case Key::Metrics:
    case Key::Labels:
    case Key::Unmapped:
    case Key::Senders:
    case Key::Refused:
      choice.section = static_cast<Section>(static_cast<int>(key) - static_cast<int>(Key::Metrics));
      choice.first_row = 0;
      break;
    default: break;
  }
  return choice;
}

}  // namespace weir::app
