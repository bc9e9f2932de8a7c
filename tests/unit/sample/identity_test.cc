// SPDX-License-Identifier: Apache-2.0
#include "weir/sample/identity.h"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cpu_levels.h"

namespace weir::sample {
namespace {

// Around every size at which bytes are looked at in another manner.
constexpr std::size_t kSizes[] = {0,  1,  2,  3,  4,  7,  8,  9,  15, 16, 17,  31,
                                  32, 33, 40, 47, 48, 63, 64, 65, 80, 96, 100, 129};

Sample sample_of(std::string_view name, std::initializer_list<std::string_view> fields = {},
                 SampleKind kind = SampleKind::Counter, std::uint8_t name_colons = 0) {
  Sample sample;
  sample.name = name;
  sample.kind = kind;
  sample.name_colons = name_colons;
  for (const auto field : fields) EXPECT_TRUE(sample.fields.add(field));
  return sample;
}

std::string written(const Sample& sample) {
  std::string bytes(identity_size(sample), '?');
  write_identity(bytes.data(), sample);
  return bytes;
}

// Pieces with other borders, in other numbers and of other kinds.
std::vector<Sample> samples_alike() {
  return {sample_of("a"),
          sample_of("a", {}, SampleKind::Gauge),
          sample_of("ab"),
          sample_of("a", {"b"}),
          sample_of("", {"ab"}),
          sample_of("a", {"b", ""}),
          sample_of("a", {"", "b"}),
          sample_of("a", {"b:"}),
          sample_of("a:b", {}, SampleKind::Counter, 1),
          sample_of("a|b"),
          sample_of("a", {":b"}),
          sample_of("a:", {"b"}, SampleKind::Counter, 1)};
}

TEST(Identity, IsLaidOutAsDescribed) {
  EXPECT_EQ(written(sample_of("requests", {"#a:b", "c:id"}, SampleKind::Gauge)),
            "\1requests:#a:b|c:id|");
  EXPECT_EQ(written(sample_of("a::b", {}, SampleKind::Timer, 2)),
            "\x12"
            "a::b:");
}

TEST(Identity, IsNoOtherSamples) {
  const auto samples = samples_alike();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::string identity = written(samples[i]);
    for (std::size_t j = 0; j < samples.size(); ++j) {
      EXPECT_EQ(is_identity_of(identity, samples[j]), i == j) << i << ' ' << j;
      EXPECT_EQ(identity == written(samples[j]), i == j) << i << ' ' << j;
    }
  }
}

TEST(Identity, ComparesEveryByte) {
  for (const std::size_t size : kSizes) {
    std::string name(size, 'n');
    std::string field(size, 'f');
    const std::string identity = written(sample_of(name, {field}));
    ASSERT_TRUE(is_identity_of(identity, sample_of(name, {field}))) << size;
    for (std::string* const piece : {&name, &field}) {
      for (char& byte : *piece) {
        ++byte;
        ASSERT_FALSE(is_identity_of(identity, sample_of(name, {field}))) << size;
        --byte;
      }
    }
  }
}

TEST(Identity, HasRoomForSoManyColonsInANameAndNoMore) {
  constexpr std::uint8_t kMost = IdentityLayout::kNameColonsMax;
  const Sample most = sample_of("a", {}, SampleKind::Distribution, kMost);
  EXPECT_TRUE(has_identity(most));
  EXPECT_FALSE(has_identity(sample_of("a", {}, SampleKind::Distribution, kMost + 1)));
  EXPECT_TRUE(is_identity_of(written(most), most));
  EXPECT_FALSE(
      is_identity_of(written(most), sample_of("a", {}, SampleKind::Distribution, kMost - 1)));
}

TEST(Identity, IsWhereThePlainLayoutSays) {
  using Plain = PlainIdentityLayout;
  for (const std::string_view field : {std::string_view(), std::string_view("#a:b")}) {
    const Sample sample = field.empty() ? sample_of("name", {}, SampleKind::Timer)
                                        : sample_of("name", {field}, SampleKind::Timer);
    const std::string identity = written(sample);
    EXPECT_EQ(identity.size(), Plain::size(4, field.size()));
    EXPECT_EQ(identity.front(), Plain::first_byte(SampleKind::Timer));
    EXPECT_EQ(identity.substr(IdentityLayout::kNamePlace, 4), "name");
    EXPECT_EQ(identity.substr(Plain::field_place(4), field.size()), field);
  }
}

class Hash : public testing::TestWithParam<base::CpuLevel> {
 protected:
  [[nodiscard]] std::uint64_t of_plain(SampleKind kind, std::string_view name,
                                       std::string_view field) const {
#ifdef __x86_64__
    if (GetParam() != base::CpuLevel::Baseline) return hash_.of_plain_avx2(kind, name, field);
#endif
    return hash_.of_plain_baseline(kind, name, field);
  }

  IdentityHash hash_{42, GetParam()};
};

TEST_P(Hash, IsTheSameForAPlainIdentity) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t field_size : kSizes) {
      const std::string name(name_size, 'n');
      const std::string field(field_size, 'f');
      const Sample sample = field.empty() ? sample_of(name, {}, SampleKind::Gauge)
                                          : sample_of(name, {field}, SampleKind::Gauge);
      ASSERT_EQ(of_plain(SampleKind::Gauge, name, field), hash_.of(sample))
          << name_size << ' ' << field_size;
    }
  }
}

TEST_P(Hash, CoversEveryBitOfAnIdentity) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t field_size : {std::size_t{0}, std::size_t{5}, name_size}) {
      std::string name(name_size, 'n');
      std::string field(field_size, 'f');
      std::set<std::uint64_t> hashes{hash_.of(sample_of(name, {field}))};
      std::size_t count = 1;
      for (std::string* const piece : {&name, &field}) {
        for (char& byte : *piece) {
          for (unsigned bit = 0; bit < 8; ++bit, ++count) {
            byte = static_cast<char>(byte ^ (1U << bit));
            hashes.insert(hash_.of(sample_of(name, {field})));
            byte = static_cast<char>(byte ^ (1U << bit));
          }
        }
      }
      ASSERT_EQ(hashes.size(), count) << name_size << ' ' << field_size;
    }
  }
}

TEST_P(Hash, TellsApartWhatJoinsAlike) {
  std::set<std::uint64_t> hashes;
  std::size_t count = 0;
  const auto add = [&](std::string_view name, std::initializer_list<std::string_view> fields) {
    for (const auto kind : {SampleKind::Counter, SampleKind::Gauge, SampleKind::Timer}) {
      Sample sample;
      sample.name = name;
      sample.kind = kind;
      for (const auto field : fields) ASSERT_TRUE(sample.fields.add(field));
      hashes.insert(hash_.of(sample));
      ++count;
    }
  };
  add("", {});
  add("ab", {});
  add("a", {"b"});
  add("", {"ab"});
  add("a", {"b", ""});
  add("a", {"", "b"});
  add(std::string(32, 'x'), {});
  add(std::string(16, 'x'), {std::string(16, 'x')});
  for (std::size_t size = 1; size < 100; ++size) add(std::string(size, '\0'), {});
  EXPECT_EQ(hashes.size(), count);
}

TEST_P(Hash, IsAnotherUnderAnotherSeed) {
  const std::string name(40, 'n');
  const Sample sample = sample_of(name, {"#a:b"});
  EXPECT_NE(hash_.of(sample), IdentityHash(43, GetParam()).of(sample));
}

// The table takes the low half.
TEST_P(Hash, SpreadsOverTheLowBits) {
  constexpr std::size_t kNames = 100'000;
  constexpr std::size_t kSlots = 1 << 17;
  std::vector<bool> taken(kSlots);
  std::size_t slots = 0;
  for (std::size_t i = 0; i < kNames; ++i) {
    const std::string name = "service.requests.i" + std::to_string(i);
    Sample sample;
    sample.name = name;
    const std::size_t slot = hash_.of(sample) % kSlots;
    slots += taken[slot] ? 0 : 1;
    taken[slot] = true;
  }
  // Of that many random ones 53 % of the slots: 70,000, give or take a hundred.
  EXPECT_NEAR(static_cast<double>(slots), 70'000, 1'000);
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, Hash, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::sample
