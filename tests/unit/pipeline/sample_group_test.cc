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

// A plain line and the sample it makes, with nothing behind their last byte.
struct Line {
  Line(std::size_t name_size, std::size_t tags_size,
       sample::SampleKind kind = sample::SampleKind::Counter) {
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

  std::vector<char> bytes;
  statsd::PlainLine plain{};
};

// Around every size at which the ways to look at bytes change.
constexpr std::size_t kSizes[] = {0,  1,  2,  3,  4,  7,  8,  9,  15, 16, 17,  31,
                                  32, 33, 40, 47, 48, 63, 64, 65, 80, 96, 100, 129};

class GroupOf : public testing::TestWithParam<base::CpuLevel> {
 protected:
  sample::Fingerprint identity_in_group(const statsd::PlainLine& line) {
    group_->room().front() = WaitingSample{};
    static_cast<statsd::PlainLine&>(group_->room().front()) = line;
    group_->add_unchecked(1);
    identify_lines(group_->all(), fingerprinter_);
    const sample::Fingerprint identity = group_->all().front().identity;
    group_->clear();
    return identity;
  }

  sample::Fingerprinter fingerprinter_{42, GetParam()};
  std::unique_ptr<SampleGroup> group_ = std::make_unique<SampleGroup>();
};

TEST_P(GroupOf, IdentifiesALineAsTheSampleItMakes) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t tags_size : kSizes) {
      const Line line(name_size, tags_size);
      ASSERT_EQ(identity_in_group(line.plain), fingerprinter_.of(line.plain.sample()))
          << name_size << ' ' << tags_size;
      const Line gauge(name_size, tags_size, sample::SampleKind::Gauge);
      ASSERT_EQ(identity_in_group(gauge.plain), fingerprinter_.of(gauge.plain.sample()));
      ASSERT_NE(identity_in_group(gauge.plain), identity_in_group(line.plain));
    }
  }
}

TEST_P(GroupOf, KeepsTheIdentityOfAParsersSample) {
  const Line line(10, 5);
  const sample::Fingerprint identity{7, 8};
  group_->add(line.plain.sample(), "text", identity, true);
  identify_lines(group_->all(), fingerprinter_);

  const WaitingSample& waiting = group_->all().front();
  EXPECT_FALSE(waiting.is_unchecked());
  EXPECT_EQ(waiting.identity, identity);
  EXPECT_EQ(waiting.text(), "text");
  EXPECT_TRUE(waiting.name_tags_uncounted);
  EXPECT_EQ(waiting.parsed->name, line.plain.name());
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, GroupOf, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::pipeline
