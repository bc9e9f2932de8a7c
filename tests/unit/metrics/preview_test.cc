// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rounds.h"
#include "store_fixture.h"

namespace weir::metrics {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"a",       "a_count", "a_sum",
                                                    "a_gauge", "b",       "self_total"};
constexpr std::array<std::string_view, 3> kLabels = {"", R"(k="1")", R"(k="2")"};

// Requests of few names, so that conflicts and full budgets are common.
class Requests {
 public:
  explicit Requests(unsigned seed) : random_(seed) {}

  SeriesRequest next() {
    definition_ = StoreHarness::of(static_cast<Type>(below(kTypeCount)));
    SeriesRequest request;
    request.name = kNames.at(below(kNames.size()));
    request.labels = kLabels.at(below(kLabels.size()));
    request.label_names = request.labels.empty() ? "" : "k";
    request.help = "h";
    request.definition = &definition_;
    request.is_total = below(8) == 0;
    request.source = {below(3), below(4), nullptr};
    if (below(2) == 0) request.family_series_max = 2;
    name_in_conflict_ = std::string(request.name) + "_gauge";
    if (below(3) == 0) request.name_in_conflict = name_in_conflict_;
    return request;
  }

 private:
  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  std::mt19937 random_;
  Definition definition_;
  std::string name_in_conflict_;
};

TEST(Preview, SaysWhatTheNextAdmissionAnswers) {
  std::map<Admitted, std::size_t> seen;
  std::size_t known = 0;
  std::size_t renamed = 0;
  for (unsigned seed = 0; seed < support::rounds(200U) && !testing::Test::HasFailure(); ++seed) {
    Budgets budgets;
    budgets.series_max = 4 + seed % 8;
    budgets.series_per_family_max = 2 + seed % 3;
    StoreHarness harness(budgets);
    Requests requests(seed);
    for (int i = 0; i < 60; ++i) {
      const SeriesRequest request = requests.next();

      const auto before = harness.store.counts();
      const AdmissionPreview preview = harness.store.preview(request);
      const auto after = harness.store.counts();
      const Admission admission = harness.store.admit(request, harness.now);

      EXPECT_EQ(before.series, after.series);
      EXPECT_EQ(before.replaced, after.replaced);
      ASSERT_EQ(preview.admitted, admission.admitted)
          << "seed " << seed << " request " << i << " for " << request.name << request.labels;
      EXPECT_EQ(preview.is_renamed, admission.is_renamed);
      EXPECT_EQ(preview.obstacle.has_value(), preview.admitted == Admitted::Conflict);
      ++seen[preview.admitted];
      known += preview.is_known ? 1 : 0;
      renamed += preview.is_renamed ? 1 : 0;
    }
  }
  EXPECT_EQ(seen.size(), 4);
  EXPECT_GT(known, support::rounds(100U));
  EXPECT_GT(renamed, support::rounds(100U));
}

TEST(Preview, NamesTheObstacle) {
  StoreHarness harness;
  const Definition gauge = StoreHarness::of(Type::Gauge);
  static_cast<void>(harness.admit("a", Type::Counter));
  SeriesRequest request;
  request.name = "a";
  request.definition = &gauge;

  const auto preview = harness.store.preview(request);

  EXPECT_EQ(preview.admitted, Admitted::Conflict);
  EXPECT_EQ(preview.obstacle.value().type, Type::Counter);
}

}  // namespace
}  // namespace weir::metrics
