// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/plain_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "cpu_levels.h"
#include "plain_line_check.h"
#include "random_lines.h"
#include "rounds.h"

namespace weir::statsd {
namespace {

using support::ParsedLine;
using support::RandomLines;
using support::read_plain_line;

constexpr std::array<std::string_view, 10> kNames = {
    "a",
    "requests.total",
    "x.y",
    "caf\xc3\xa9",
    "_e{1,2}",
    "_sc",
    "b\xff",
    "a name that is so long that its number stands behind all the bytes looked at first",
    "sixty_three_bytes_with_the_number_that_follows_it_or_a_few_mo",
    "n"};

constexpr std::size_t kDialectSets = 256;

Dialects dialect_set(std::size_t number) {
  return {.dogstatsd = (number & 1) == 0,
          .influxdb = (number & 2) == 0,
          .librato = (number & 4) == 0,
          .signalfx = (number & 8) == 0,
          .graphite = (number & 32) != 0,
          .colons_in_names = (number & 16) != 0,
          .meters = (number & 64) != 0,
          .spaces = (number & 128) != 0};
}

// A line inside a datagram on the heap, with nothing behind its last byte.
struct Placed {
  Placed(std::string_view before, std::string_view line, std::string_view behind) {
    for (const auto piece : {before, line, behind})
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    bytes.shrink_to_fit();
    at = bytes.data() + before.size();
    end = bytes.data() + bytes.size();
  }
  std::vector<char> bytes;
  const char* at = nullptr;
  const char* end = nullptr;
};

Placed place(RandomLines& random, std::string_view line) {
  const std::string before = random.one_in(2) ? "" : random.line(kNames) + "\n";
  std::string behind;
  if (!random.one_in(3)) {
    behind = "\n";
    while (random.one_in(2)) behind += random.line(kNames) + "\n";
    behind += std::string(random.below(70), 'z');
  }
  return {before, line, behind};
}

std::optional<sample::Sample> read(std::string_view line) {
  const Placed placed("", line, "");
  sample::Sample sample;
  const char* const stop = read_plain_line(placed.at, placed.end, {}, sample);
  if (stop == nullptr) return std::nullopt;
  EXPECT_EQ(stop, placed.end) << line;
  return sample;
}

TEST(PlainLine, IsWhatNearlyAllSend) {
  for (const auto* line : {"a:1|c", "a:0.5|g", "app.hits:120|ms", "a:3|h", "a:3.|d", "a:.5|c",
                           "a:1|c|#x:y", "a:123456789012345|c", "a,b=c:1|c", "a:1|g|#",
                           "a:1|ms|#x:y,a string that goes on behind "
                           "the bytes that are looked at first, and then some more of it"}) {
    EXPECT_TRUE(read(line)) << line;
  }
}

TEST(PlainLine, IsNothingThatOnlyTheParserUnderstands) {
  for (const auto* line : {"",
                           "a",
                           "a:",
                           "a:1",
                           "a|1:c",
                           "a:1|",
                           "a:1|x",
                           "a:1|m",
                           "a: 1|c",
                           "a:1 |c",
                           "a:1| c",
                           "a:1|c ",
                           "a:1|c |#x:y",
                           "a:1|c| #x:y",
                           "a:1|mx",
                           "a:1|cs",
                           "a:1:2|ms",
                           "a:-1|c",
                           "a:+1|g",
                           "a:1e3|c",
                           "a:nan|g",
                           "a:|c",
                           "a:.|c",
                           "a:1|c\r",
                           "a:1|c|#x\r",
                           "a:1|c|@0.5",
                           "a:1|c|@0.5|#x",
                           "a:1|c|#x|@0.5",
                           "a:1|c|",
                           "a:1|c|c:x",
                           "a:1|c:2|g",
                           "a:1234567890123456|c"}) {
    EXPECT_FALSE(read(line)) << line;
  }
}

TEST(PlainLine, LeavesTagsToTheParserWhereTheyAreNotRead) {
  sample::Sample sample;
  const std::string_view line = "a:1|c|#x:y";

  EXPECT_EQ(read_plain_line(line.data(), line.data() + line.size(), {.dogstatsd = false}, sample),
            nullptr);
}

// What must hold for any line in any datagram; says whether it was plain, and whether the parser
// takes it too.
struct Verdict {
  bool is_plain = false;
  bool is_accepted = false;
};

Verdict check(const Placed& placed, std::string_view line, const Dialects& dialects) {
  PlainLine plain{};
  const char* const stop = read_plain_line(placed.at, placed.end, dialects, plain);
  if (stop == nullptr) return {};
  EXPECT_EQ(stop - placed.at, static_cast<std::ptrdiff_t>(line.size())) << line;
  EXPECT_FALSE(line.ends_with('\r')) << line;
  const ParsedLine parsed({placed.at, line.size()}, dialects);
  const auto fault = LineParser(dialects, {}).fault_of(plain);
  EXPECT_EQ(fault, parsed.fault()) << line;
  EXPECT_EQ(!fault, parsed.is_accepted()) << line;
  if (!parsed.is_accepted()) return {true, false};
  EXPECT_TRUE(support::is_same(plain.sample(), parsed.samples.front())) << line;
  return {true, true};
}

TEST(PlainLine, IsReadAsTheParserReadsIt) {
  constexpr std::size_t kLines = support::rounds(std::size_t{300'000});
  RandomLines random(4);
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t others = 0;
  for (std::size_t i = 0; i < kLines && !testing::Test::HasFailure(); ++i) {
    const std::string line = random.line(kNames);
    const Verdict verdict =
        check(place(random, line), line, dialect_set(random.below(kDialectSets)));
    ++(verdict.is_accepted ? accepted : verdict.is_plain ? refused : others);
  }
  EXPECT_GT(accepted, kLines / 5);
  EXPECT_GT(refused, kLines / 50);
  EXPECT_GT(others, kLines / 5);
}

TEST(PlainLine, IsFoundAtEveryDistanceFromTheEnd) {
  for (const std::string_view line : {"a:1|c", "abc:12345678|ms", "x:0.25|g|#k:v,caf\xc3\xa9:1"}) {
    for (std::size_t before = 0; before < 70; ++before) {
      for (std::size_t behind = 0; behind < 140; ++behind) {
        // Its end marks must not be taken for those of its neighbours.
        std::string rest = behind == 0 ? "" : "\n" + std::string(behind - 1, '|');
        const Placed placed(std::string(before, ':'), line, rest);
        ASSERT_TRUE(check(placed, line, {}).is_accepted) << line << behind;
      }
    }
  }
}

// What the pipeline relies on: under an identity that the parser once took, a plain line is good
// without being parsed, whatever the lines looked like that it came in first.
TEST(PlainLine, IsGoodWhenItsIdentityIsKnown) {
  constexpr std::size_t kLines = support::rounds(std::size_t{200'000});
  RandomLines random(5);
  std::size_t plain = 0;
  for (std::size_t i = 0; i < kLines; ++i) {
    const Dialects dialects = dialect_set(random.below(kDialectSets));
    const std::string line = random.line(kNames);
    const ParsedLine sent(line, dialects);
    for (const sample::Sample& known : sent.samples) {
      const std::string other = support::plain_line_about(known, random.number());
      const Placed placed("", other, "");
      sample::Sample sample;
      if (other.empty() || read_plain_line(placed.at, placed.end, dialects, sample) == nullptr ||
          !support::is_same_identity(sample, known)) {
        continue;
      }
      ++plain;
      const ParsedLine parsed({placed.at, other.size()}, dialects);
      ASSERT_TRUE(parsed.is_accepted()) << other << "\nknown from " << line;
      ASSERT_TRUE(support::is_same(sample, parsed.samples.front())) << other;
    }
  }
  EXPECT_GT(plain, kLines / 3);
}

TEST(PlainLine, IsGoodAmongManyWhoseIdentitiesAreKnown) {
  constexpr std::size_t kLines = support::rounds(std::size_t{200'000});
  RandomLines random(6);
  const Dialects dialects;
  std::set<std::string> known;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < kLines; ++i) {
    lines.push_back(random.line(kNames));
    const ParsedLine sent(lines.back(), dialects);
    for (const sample::Sample& sample : sent.samples) known.insert(support::identity_of(sample));
  }
  std::size_t plain = 0;
  for (const std::string& line : lines) {
    const Placed placed("", line, "");
    sample::Sample sample;
    if (read_plain_line(placed.at, placed.end, dialects, sample) == nullptr) continue;
    const bool is_accepted = ParsedLine(line, dialects).is_accepted();
    ASSERT_EQ(is_accepted, known.contains(support::identity_of(sample))) << line;
    plain += is_accepted ? 1 : 0;
  }
  EXPECT_GT(plain, kLines / 5);
}

// A datagram's lines one after the other, what is not plain as it stands there.
std::vector<std::string> read_all(std::string_view datagram, std::size_t at_once,
                                  base::CpuLevel cpu_level, std::size_t size_max) {
  std::vector<char> bytes(datagram.begin(), datagram.end());
  bytes.shrink_to_fit();
  const char* const end = bytes.data() + bytes.size();
  PlainLineReader reader({}, size_max, cpu_level);
  reader.open(bytes.data(), end);
  std::vector<std::string> lines;
  std::vector<PlainLine> room(at_once);
  while (!reader.is_done()) {
    const std::size_t count = reader.read(std::span(room));
    for (std::size_t i = 0; i < count; ++i) {
      lines.push_back("plain " + std::string(room[i].text()) +
                      support::identity_of(room[i].sample()));
    }
    if (count == at_once || reader.is_done()) continue;
    const char* const stop = std::find(reader.place(), end, '\n');
    lines.push_back("other " + std::string(reader.place(), stop));
    reader.skip_to(stop);
  }
  return lines;
}

// The same, each line read alone.
std::vector<std::string> read_apart(std::string_view datagram, std::size_t size_max) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= datagram.size();) {
    const std::string_view line = datagram.substr(at, datagram.find('\n', at) - at);
    const Placed placed("", line, "");
    sample::Sample sample;
    const bool is_plain =
        line.size() <= size_max && read_plain_line(placed.at, placed.end, {}, sample) != nullptr;
    lines.push_back(is_plain ? "plain " + std::string(line) + support::identity_of(sample)
                             : "other " + std::string(line));
    at += line.size() + 1;
  }
  return lines;
}

class PlainLinesOf : public testing::TestWithParam<base::CpuLevel> {
 protected:
  static void check(std::string_view datagram, std::size_t size_max) {
    const auto expected = read_apart(datagram, size_max);
    for (const std::size_t at_once : {1U, 3U, 32U}) {
      const auto lines = read_all(datagram, at_once, GetParam(), size_max);
      ASSERT_EQ(lines.size(), expected.size());
      for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], expected[i]) << i;
    }
  }
};

TEST_P(PlainLinesOf, AreReadTogetherAsTheyAreReadAlone) {
  RandomLines random(7);
  for (std::size_t round = 0; round < 300; ++round) {
    std::string datagram;
    // Short ones, and those that are looked at in several pieces.
    const std::size_t size = round % 3 == 0 ? 12'000 : 300;
    while (datagram.size() < size) {
      if (!datagram.empty()) datagram += '\n';
      datagram += random.one_in(50) ? std::string(random.below(9000), 'x') : random.line(kNames);
    }
    if (random.one_in(4)) datagram += '\n';
    const std::size_t size_max = random.one_in(2) ? 40 : 100'000;
    ASSERT_NO_FATAL_FAILURE(check(datagram, size_max));
  }
}

TEST_P(PlainLinesOf, EndAnywhereInAPieceThatIsLookedAt) {
  for (std::size_t before = 3950; before < 4110; ++before) {
    const std::string datagram =
        std::string(before, 'x') + "\nname:1|c|#tag:value\nnext:2|g\n" + std::string(200, 'y');
    ASSERT_NO_FATAL_FAILURE(check(datagram, 100'000));
  }
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, PlainLinesOf, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::statsd
