// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_choice.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

std::vector<Key> keys_of(std::string_view bytes) {
  std::vector<Key> keys;
  for (Key key = take_key(bytes); key != Key::None; key = take_key(bytes)) keys.push_back(key);
  return keys;
}

TEST(TakeKey, ReadsLettersAndSequences) {
  EXPECT_EQ(keys_of("q\t\x1b[A\x1bOB\x1b[Zp?3"),
            (std::vector{Key::Quit, Key::NextSection, Key::Up, Key::Down, Key::PreviousSection,
                         Key::Pause, Key::Help, Key::Unmapped}));
}

TEST(TakeKey, TakesAnUnknownSequenceForOneKey) {
  EXPECT_EQ(keys_of("\x1b[15;2~q"), (std::vector{Key::Other, Key::Quit}));
  EXPECT_EQ(keys_of("\x1b"), (std::vector{Key::Other}));
  EXPECT_EQ(keys_of("\x1b["), (std::vector{Key::Other}));
  EXPECT_EQ(keys_of("\xff\x01"), (std::vector{Key::Other, Key::Other}));
}

TEST(ChosenBy, GoesAroundTheSections) {
  TopChoice choice;
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    choice = chosen_by(Key::NextSection, choice, 0, 10);
    EXPECT_EQ(choice.section, static_cast<Section>(i));
  }
  choice = chosen_by(Key::NextSection, choice, 0, 10);
  EXPECT_EQ(choice.section, std::nullopt);
  choice = chosen_by(Key::PreviousSection, choice, 0, 10);
  EXPECT_EQ(choice.section, Section::Refused);
  EXPECT_EQ(chosen_by(Key::Labels, choice, 0, 10).section, Section::Labels);
  EXPECT_EQ(chosen_by(Key::All, choice, 0, 10).section, std::nullopt);
}

TEST(ChosenBy, ScrollsWithinTheRows) {
  TopChoice choice{.section = Section::Metrics};
  choice = chosen_by(Key::Up, choice, 25, 10);
  EXPECT_EQ(choice.first_row, 0U);
  choice = chosen_by(Key::PageDown, choice, 25, 10);
  EXPECT_EQ(choice.first_row, 10U);
  choice = chosen_by(Key::PageDown, choice, 25, 10);
  EXPECT_EQ(choice.first_row, 15U);
  choice = chosen_by(Key::PageUp, choice, 25, 10);
  EXPECT_EQ(choice.first_row, 5U);
  EXPECT_EQ(chosen_by(Key::End, choice, 25, 10).first_row, 15U);
  EXPECT_EQ(chosen_by(Key::Home, choice, 25, 10).first_row, 0U);
  EXPECT_EQ(chosen_by(Key::Down, choice, 3, 10).first_row, 0U);
}

TEST(ChosenBy, LeavesTheHelpWithAnyKey) {
  TopChoice choice = chosen_by(Key::Help, {}, 0, 10);
  EXPECT_TRUE(choice.shows_help);
  choice = chosen_by(Key::NextSection, choice, 0, 10);
  EXPECT_FALSE(choice.shows_help);
  EXPECT_EQ(choice.section, std::nullopt);
  EXPECT_TRUE(chosen_by(Key::OtherOrder, choice, 0, 10).is_other_order);
}

}  // namespace
}  // namespace weir::app
