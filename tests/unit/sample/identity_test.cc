// SPDX-License-Identifier: Apache-2.0
#include "weir/sample/identity.h"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "cpu_levels.h"

namespace weir::sample {
namespace {

// Around every size at which bytes are looked at in another manner.
constexpr std::size_t kSizes[] = {0,  1,  2,  3,  4,  7,  8,  9,  15, 16, 17,  31,
                                  32, 33, 40, 47, 48, 63, 64, 65, 80, 96, 100, 129};

Sample sample_of(std::string_view name, std::initializer_list<std::string_view> fields = {},
                 SampleKind kind = SampleKind::Counter) {
  Sample sample;
  sample.name = name;
  sample.kind = kind;
  for (const auto field : fields) EXPECT_TRUE(sample.fields.add(field));
  return sample;
}

TEST(Identity, HasTheSizeOfItsPieces) {
  EXPECT_EQ(identity_size(sample_of("")), 0U);
  EXPECT_EQ(identity_size(sample_of("requests", {"#a:b", "c:id"})), 16U);
}

class Fingerprints : public testing::TestWithParam<base::CpuLevel> {
 protected:
  [[nodiscard]] Fingerprint of_plain(SampleKind kind, std::string_view name,
                                     std::string_view field) const {
#ifdef __x86_64__
    if (GetParam() == base::CpuLevel::Avx512) {
      return fingerprinter_.of_plain_avx512(kind, name, field);
    }
    if (GetParam() == base::CpuLevel::Avx2) return fingerprinter_.of_plain_avx2(kind, name, field);
#endif
    return fingerprinter_.of_plain_baseline(kind, name, field);
  }

  Fingerprinter fingerprinter_{42, GetParam()};
};

TEST_P(Fingerprints, AreTheSameForAPlainIdentity) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t field_size : kSizes) {
      const std::string name(name_size, 'n');
      const std::string field(field_size, 'f');
      const Sample sample = field.empty() ? sample_of(name, {}, SampleKind::Gauge)
                                          : sample_of(name, {field}, SampleKind::Gauge);
      ASSERT_EQ(of_plain(SampleKind::Gauge, name, field), fingerprinter_.of(sample))
          << name_size << ' ' << field_size;
    }
  }
}

// Each half tells them apart: two that shared one would do so by chance, with 2^-64.
class Seen {
 public:
  void add(const Fingerprint& print) {
    low_.insert(print.low);
    high_.insert(print.high);
    ++count_;
  }
  void expect_all_different() const {
    EXPECT_EQ(low_.size(), count_);
    EXPECT_EQ(high_.size(), count_);
  }

 private:
  std::set<std::uint64_t> low_;
  std::set<std::uint64_t> high_;
  std::size_t count_ = 0;
};

TEST_P(Fingerprints, CoverEveryBitOfAnIdentity) {
  for (const std::size_t name_size : kSizes) {
    for (const std::size_t field_size : {std::size_t{0}, std::size_t{5}, name_size}) {
      SCOPED_TRACE(std::to_string(name_size) + ' ' + std::to_string(field_size));
      std::string name(name_size, 'n');
      std::string field(field_size, 'f');
      Seen seen;
      seen.add(fingerprinter_.of(sample_of(name, {field})));
      for (std::string* const piece : {&name, &field}) {
        for (char& byte : *piece) {
          for (unsigned bit = 0; bit < 8; ++bit) {
            byte = static_cast<char>(byte ^ (1U << bit));
            seen.add(fingerprinter_.of(sample_of(name, {field})));
            byte = static_cast<char>(byte ^ (1U << bit));
          }
        }
      }
      seen.expect_all_different();
    }
  }
}

TEST_P(Fingerprints, TellApartWhatJoinsAlike) {
  Seen seen;
  const auto add = [&](std::string_view name, std::initializer_list<std::string_view> fields) {
    for (const auto kind : {SampleKind::Counter, SampleKind::Gauge, SampleKind::Timer}) {
      seen.add(fingerprinter_.of(sample_of(name, fields, kind)));
    }
  };
  add("", {});
  add("ab", {});
  add("a", {"b"});
  add("", {"ab"});
  add("a", {"b", ""});
  add("a", {"", "b"});
  add("a", {"#b:#c:#d"});
  add("a:#b", {"#c:#d"});
  add("a:#b:#c", {"#d"});
  add("a", {"c:c:d"});
  add("a:c", {"c:d"});
  add("a:#b", {});
  add("a|#b", {});
  add("a", {"#b"});
  add("a", {"#b", "#c"});
  add("a", {"#b,#c"});
  add("a", {"c:#b"});
  add(std::string(32, 'x'), {});
  add(std::string(16, 'x'), {std::string(16, 'x')});
  add(std::string(16, 'x'), {std::string(16, 'x'), std::string(16, 'x')});
  add(std::string(32, 'x'), {std::string(16, 'x')});
  for (std::size_t size = 1; size < 100; ++size) add(std::string(size, '\0'), {});
  seen.expect_all_different();
}

// Equal blocks cancel each other unless their places count.
TEST_P(Fingerprints, TellTheOrderOfBlocksUpToTheLargestSize) {
  const std::string first = "0123456789abcdef";
  const std::string second = "fedcba9876543210";
  std::string name(Fingerprinter::kSizeMax, 'x');
  Seen seen;
  for (std::size_t at = 0; at + 32 <= name.size(); at += 16) {
    seen.add(fingerprinter_.of(sample_of(name.substr(0, at) + first + second, {})));
    seen.add(fingerprinter_.of(sample_of(name.substr(0, at) + second + first, {})));
    name.replace(at, 16, first);
    seen.add(fingerprinter_.of(sample_of(name, {})));
    name.replace(at, 16, 16, 'x');
  }
  seen.expect_all_different();
}

TEST_P(Fingerprints, AreOthersUnderAnotherSeed) {
  const std::string name(40, 'n');
  const Sample sample = sample_of(name, {"#a:b"});
  EXPECT_NE(fingerprinter_.of(sample), Fingerprinter(43, GetParam()).of(sample));
}

// By which a table goes.
TEST_P(Fingerprints, SpreadOverTheHighBits) {
  constexpr std::size_t kNames = 100'000;
  constexpr unsigned kSlotBits = 17;
  std::vector<bool> taken(std::size_t{1} << kSlotBits);
  std::size_t slots = 0;
  for (std::size_t i = 0; i < kNames; ++i) {
    const std::string name = "service.requests.i" + std::to_string(i);
    const std::size_t slot = fingerprinter_.of(sample_of(name)).high >> (64 - kSlotBits);
    slots += taken[slot] ? 0 : 1;
    taken[slot] = true;
  }
  // Of that many random ones 53 % of the slots: 70,000, give or take a hundred.
  EXPECT_NEAR(static_cast<double>(slots), 70'000, 1'000);
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, Fingerprints, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::sample
