// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/kept_pushes.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class KeptPushesTest : public testing::Test {
 protected:
  SharedPage page(const std::string& text) {
    return std::make_shared<AppPage>(AppPage{text, {}, ByteLease(budget)});
  }
  static std::vector<std::string> shown(KeptPushes& pushes) {
    std::vector<std::string> texts;
    for (const SharedPage& page : pushes.show()) texts.push_back(page->text);
    return texts;
  }
  [[nodiscard]] std::uint64_t count(PageOutcome outcome) const {
    return counts.pushes.at(static_cast<std::size_t>(outcome)).value();
  }

  std::shared_ptr<ByteBudget> budget = std::make_shared<ByteBudget>(1000);
  RsocketCounts counts;
  base::TimePoint now{};
};

using KeptPushesOf = KeptPushesTest;

TEST_F(KeptPushesOf, AConnectionAreShownInAsManyScrapesAsAllowed) {
  KeptPushes pushes({.scrapes_max = 2}, counts);
  pushes.keep(1, page("a"), now);
  EXPECT_TRUE(pushes.has(1));
  EXPECT_THAT(shown(pushes), ElementsAre("a"));
  EXPECT_THAT(shown(pushes), ElementsAre("a"));
  EXPECT_FALSE(pushes.has(1));
  EXPECT_THAT(shown(pushes), IsEmpty());
  EXPECT_EQ(count(PageOutcome::Shown), 1U);
}

TEST_F(KeptPushesOf, AConnectionAreShownForATimeAtMost) {
  KeptPushes pushes({.scrapes_max = 0, .time_max = seconds(10)}, counts);
  pushes.keep(1, page("a"), now);
  pushes.keep(2, page("b"), now + seconds(5));
  for (int i = 0; i < 5; ++i) EXPECT_THAT(shown(pushes), ElementsAre("a", "b"));
  pushes.keep(3, page("c"), now + seconds(5));
  pushes.drop_expired(now + seconds(10));
  EXPECT_FALSE(pushes.has(1));
  EXPECT_TRUE(pushes.has(2));
  pushes.drop_expired(now + seconds(15));
  EXPECT_EQ(count(PageOutcome::Shown), 2U);
  EXPECT_EQ(count(PageOutcome::Expired), 1U);
  EXPECT_EQ(counts.pushes_kept.load(), 0U);
}

TEST_F(KeptPushesOf, AConnectionHaveTheLastOne) {
  KeptPushes pushes({}, counts);
  pushes.keep(1, page("a"), now);
  pushes.keep(1, page("b"), now);
  EXPECT_THAT(shown(pushes), ElementsAre("b"));
  EXPECT_EQ(count(PageOutcome::Replaced), 1U);
}

TEST_F(KeptPushesOf, ManyConnectionsLoseTheOldest) {
  KeptPushes pushes({.pushes_max = 2}, counts);
  pushes.keep(3, page("oldest"), now);
  pushes.keep(1, page("b"), now + seconds(1));
  pushes.keep(2, page("c"), now + seconds(2));
  EXPECT_THAT(shown(pushes), ElementsAre("b", "c"));
  EXPECT_EQ(count(PageOutcome::Expired), 1U);
}

TEST(ByteLease, IsGivenBackAtItsEnd) {
  const auto budget = std::make_shared<ByteBudget>(10);
  {
    ByteLease lease(budget);
    EXPECT_TRUE(lease.resize(8));
    EXPECT_FALSE(lease.resize(11));
    EXPECT_EQ(budget->used(), 8U);
    ByteLease other(budget);
    EXPECT_FALSE(other.resize(3));
    EXPECT_TRUE(lease.resize(2));
    EXPECT_TRUE(other.resize(3));
    other.add(100);
    const ByteLease moved(std::move(other));
    EXPECT_EQ(budget->used(), 105U);
  }
  EXPECT_EQ(budget->used(), 0U);
}

}  // namespace
}  // namespace weir::app
