// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sample_group.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cpu_levels.h"
#include "weir/sample/identity.h"

namespace weir::pipeline {
namespace {

using sample::Sample;
using sample::SampleKind;

const BindingTable::IsDead kNoneDead = [](const Binding&) { return false; };

// A plain line and the sample it makes, with nothing behind their last byte.
struct Line {
  Line(std::size_t name_size, std::size_t tags_size, SampleKind kind = SampleKind::Counter) {
    std::string text = std::string(name_size, 'n') + ":1|c";
    plain.name_size = static_cast<std::uint32_t>(name_size);
    plain.tags_place = 0;
    plain.tags_size = static_cast<std::uint32_t>(tags_size);
    if (tags_size != 0) {
      plain.tags_place = static_cast<std::uint32_t>(text.size() + 1);
      text += "|#" + std::string(tags_size - 1, 't');
    }
    bytes.assign(text.begin(), text.end());
    bytes.shrink_to_fit();
    plain.at = bytes.data();
    plain.size = static_cast<std::uint32_t>(bytes.size());
    plain.value = 1;
    plain.kind = kind;
  }

  // All bytes that take part in the identity.
  std::vector<char*> identity() {
    std::vector<char*> places;
    for (std::size_t i = 0; i < plain.name_size; ++i) places.push_back(&bytes[i]);
    for (std::size_t i = 0; i < plain.tags_size; ++i)
      places.push_back(&bytes[plain.tags_place + i]);
    return places;
  }

  std::vector<char> bytes;
  statsd::PlainLine plain{};
};

// Around every size at which the ways to look at bytes change.
constexpr std::size_t kSizes[] = {0,  1,  2,  3,  4,  7,  8,  9,  15, 16, 17,  31,
                                  32, 33, 40, 47, 48, 63, 64, 65, 80, 96, 100, 129};

class GroupOf : public testing::TestWithParam<base::CpuLevel> {
 protected:
  std::uint64_t hash_in_group(const statsd::PlainLine& line) {
    group_->room().front() = WaitingSample{};
    static_cast<statsd::PlainLine&>(group_->room().front()) = line;
    group_->add_unchecked(1);
    hash_lines(group_->all(), hash_);
    const std::uint64_t hash = group_->all().front().hash;
    group_->clear();
    return hash;
  }

  bool is_holder(BindingTable::Entry* entry, const statsd::PlainLine& line) {
    WaitingSample waiting{};
    static_cast<statsd::PlainLine&>(waiting) = line;
    waiting.entry = entry;
    drop_mismatches({&waiting, 1}, GetParam());
    return waiting.entry != nullptr;
  }

  sample::IdentityHash hash_{42, GetParam()};
  std::unique_ptr<SampleGroup> group_ = std::make_unique<SampleGroup>();
};

TEST_P(GroupOf, HashesALineAsTheSampleItMakes) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t tags_size : kSizes) {
      const Line line(name_size, tags_size);
      ASSERT_EQ(hash_in_group(line.plain), hash_.of(line.plain.sample()))
          << name_size << ' ' << tags_size;
    }
  }
}

TEST_P(GroupOf, HashesAParsersSampleAtOnce) {
  const Line line(10, 5);
  const std::uint64_t hash = hash_.of(line.plain.sample());
  group_->add(line.plain.sample(), "text", hash, true);
  hash_lines(group_->all(), hash_);

  const WaitingSample& waiting = group_->all().front();
  EXPECT_FALSE(waiting.is_unchecked());
  EXPECT_EQ(waiting.hash, hash);
  EXPECT_EQ(waiting.text(), "text");
  EXPECT_TRUE(waiting.name_tags_uncounted);
  EXPECT_EQ(waiting.parsed->name, line.plain.name());
}

TEST_P(GroupOf, KeepsTheHolderOfAnIdentityAlone) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t tags_size : kSizes) {
      BindingTable table({});
      Line line(name_size, tags_size);
      const Sample sample = line.plain.sample();
      ASSERT_NE(table.insert(1, sample, {}, kNoneDead), nullptr);
      BindingTable::Entry* const entry = table.probe(1);
      ASSERT_NE(entry, nullptr);
      ASSERT_TRUE(BindingTable::holds(*entry, sample));
      ASSERT_TRUE(is_holder(entry, line.plain)) << name_size << ' ' << tags_size;
      for (char* const byte : line.identity()) {
        *byte = static_cast<char>(*byte ^ 1);
        ASSERT_FALSE(is_holder(entry, line.plain)) << name_size << ' ' << tags_size;
        *byte = static_cast<char>(*byte ^ 1);
      }
      statsd::PlainLine other = line.plain;
      other.kind = SampleKind::Gauge;
      ASSERT_FALSE(is_holder(entry, other));
    }
  }
}

// Identities whose pieces have other borders, or other fields, in as many bytes.
TEST_P(GroupOf, KeepsNoHolderOfAnIdentityThatIsOnlyAlike) {
  for (std::size_t name_size = 1; name_size < 70; ++name_size) {
    BindingTable table({});
    const Line line(name_size, 20);
    Sample other;
    other.name = line.plain.name();
    ASSERT_TRUE(other.fields.add(line.plain.tags().substr(0, 9)));
    ASSERT_TRUE(other.fields.add(line.plain.tags().substr(10)));
    ASSERT_NE(table.insert(1, other, {}, kNoneDead), nullptr);
    ASSERT_FALSE(is_holder(table.probe(1), line.plain));

    Sample shorter;
    shorter.name = line.plain.name().substr(0, name_size - 1);
    const std::string longer = std::string(line.plain.tags()) + "t";
    ASSERT_TRUE(shorter.fields.add(longer));
    ASSERT_NE(table.insert(2, shorter, {}, kNoneDead), nullptr);
    ASSERT_FALSE(is_holder(table.probe(2), line.plain));
  }
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, GroupOf, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::pipeline
