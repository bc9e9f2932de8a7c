// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/password_checker.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <crypt.h>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "failing_allocation.h"

namespace weir::webconfig {
namespace {

using Verdict = PasswordVerdict;

constexpr std::chrono::seconds kPatience{60};
// Of `test password`, at the least cost.
const std::string kHash = "$2b$04$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW";
const std::string kPassword = "test password";

std::string hash_of_cost(const std::string& cost) {
  std::string hash = kHash;
  return hash.replace(4, 2, cost);
}

// What is posted waits here until the test, whose thread is the owner's, takes it.
class Mailbox {
 public:
  void put(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(fails_next_, false)) throw std::bad_alloc();
    tasks_.push_back(std::move(task));
    has_tasks_.notify_one();
  }
  void fail_next() {
    const std::lock_guard lock(mutex_);
    fails_next_ = true;
  }
  // False when there was none in time.
  bool run_one() {
    std::unique_lock lock(mutex_);
    if (!has_tasks_.wait_for(lock, kPatience, [this] { return !tasks_.empty(); })) return false;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable has_tasks_;
  std::deque<std::function<void()>> tasks_;
  bool fails_next_ = false;
};

class PasswordCheckerTest : public ::testing::Test {
 protected:
  PasswordCheckerTest() {
    config_.users = {{"a", kHash}, {"b", kHash}, {"z", kHash}, {"dear", hash_of_cost("09")}};
  }
  // Keeps the answer under `name`.
  bool ask(const std::string& user, const std::string& password, const std::string& name = "") {
    return checker_->check(config_, {user, password},
                           [this, name](Verdict verdict) { answers_.emplace_back(name, verdict); });
  }
  Verdict verdict_of(const std::string& user, const std::string& password) {
    answers_.clear();
    EXPECT_TRUE(ask(user, password));
    EXPECT_TRUE(mailbox_->run_one());
    EXPECT_EQ(answers_.size(), 1U);
    return answers_.at(0).second;
  }
  [[nodiscard]] std::optional<bool> known(const std::string& user, const std::string& password) {
    return checker_->known(config_, {user, password});
  }

  WebConfig config_;
  std::vector<std::pair<std::string, Verdict>> answers_;
  // Shared with the checker's thread, which may outlive the test.
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::unique_ptr<PasswordChecker> checker_ = std::make_unique<PasswordChecker>(
      [mailbox = mailbox_](std::function<void()> task) { mailbox->put(std::move(task)); });
};

TEST_F(PasswordCheckerTest, ChecksAPasswordAndRemembersWhatItFound) {
  EXPECT_EQ(known("a", kPassword), std::nullopt);

  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Right);
  EXPECT_EQ(verdict_of("a", "other"), Verdict::Wrong);

  EXPECT_EQ(known("a", kPassword), true);
  EXPECT_EQ(known("a", "other"), false);
  EXPECT_EQ(known("b", kPassword), std::nullopt);
}

TEST_F(PasswordCheckerTest, FindsTheRightPasswordOfAnUnknownUserWrong) {
  EXPECT_EQ(verdict_of("nobody", kPassword), Verdict::Wrong);
  EXPECT_EQ(known("nobody", kPassword), false);
}

TEST_F(PasswordCheckerTest, ForgetsAUserWhoseHashHasChanged) {
  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Right);

  config_.users["a"] = hash_of_cost("05");
  EXPECT_EQ(known("a", kPassword), std::nullopt);
  config_.users.erase("a");
  EXPECT_EQ(known("a", kPassword), std::nullopt);
}

TEST_F(PasswordCheckerTest, KeepsFieldsApart) {
  config_.users = {{"a", kHash}, {"a" + kHash, kHash}};
  EXPECT_EQ(verdict_of("a", "x"), Verdict::Wrong);

  EXPECT_EQ(known("ax", ""), std::nullopt);
  EXPECT_EQ(known("", "ax"), std::nullopt);
}

TEST_F(PasswordCheckerTest, TakesNoPartOfALongPasswordForTheWhole) {
  EXPECT_EQ(verdict_of("a", kPassword + std::string(100, 'x')), Verdict::Wrong);
  EXPECT_EQ(verdict_of("a", kPassword + std::string("\0", 1)), Verdict::Wrong);
}

// What was found does not arrive before the mailbox is asked, so all of them wait.
TEST_F(PasswordCheckerTest, LetsSoManyPasswordsOfAUserWaitAndNoMore) {
  for (std::size_t i = 0; i < PasswordChecker::kWaitingMax; ++i) {
    EXPECT_TRUE(ask("a", std::to_string(i)));
    EXPECT_TRUE(ask("nobody " + std::to_string(i), "x"));
  }
  EXPECT_FALSE(ask("a", "one more"));
  EXPECT_FALSE(ask("another nobody", "x"));
  EXPECT_TRUE(ask("b", kPassword));
  // Of one that waits already.
  EXPECT_TRUE(ask("a", "0"));

  const std::size_t asked = 2 * PasswordChecker::kWaitingMax + 2;
  while (answers_.size() < asked) ASSERT_TRUE(mailbox_->run_one());
  EXPECT_EQ(std::ranges::count(answers_, Verdict::Right, [](const auto& a) { return a.second; }),
            1);
  EXPECT_TRUE(ask("a", "one more"));
}

TEST_F(PasswordCheckerTest, LetsSoManyRequestsWaitForAPasswordAndNoMore) {
  for (std::size_t i = 0; i < PasswordChecker::kAnswersMax; ++i) EXPECT_TRUE(ask("a", "x"));
  EXPECT_FALSE(ask("a", "x"));

  ASSERT_TRUE(mailbox_->run_one());
  EXPECT_EQ(answers_.size(), PasswordChecker::kAnswersMax);
}

TEST_F(PasswordCheckerTest, LetsUsersTakeTurns) {
  for (std::size_t i = 0; i < PasswordChecker::kWaitingMax; ++i) {
    ASSERT_TRUE(ask("dear", std::to_string(i), "guess"));
    ASSERT_TRUE(ask(std::to_string(i), "x", "guess"));
  }
  ASSERT_TRUE(ask("z", kPassword, "right"));

  const std::size_t asked = 2 * PasswordChecker::kWaitingMax + 1;
  while (answers_.size() < asked) ASSERT_TRUE(mailbox_->run_one());
  const auto right = std::ranges::find(answers_, "right", &std::pair<std::string, Verdict>::first);
  ASSERT_NE(right, answers_.end());
  EXPECT_EQ(right->second, Verdict::Right);
  // By far: the first to come would have it last.
  EXPECT_LT(right - answers_.begin(), static_cast<std::ptrdiff_t>(asked) - 4);
}

TEST_F(PasswordCheckerTest, ForgetsNoRightPasswordForWrongOnes) {
  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Right);
  for (std::size_t i = 0; i <= PasswordChecker::kRememberedMax; ++i) {
    EXPECT_EQ(verdict_of("a", std::to_string(i)), Verdict::Wrong);
  }

  EXPECT_EQ(known("a", kPassword), true);
  EXPECT_EQ(known("a", "0"), std::nullopt);
  EXPECT_EQ(known("a", "1"), false);
}

TEST_F(PasswordCheckerTest, SaysThatThereWasNoMemoryToCheckAndRemembersNothing) {
  refuse_allocations_of(sizeof(crypt_data));
  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Unchecked);
  refuse_allocations_of(0);

  EXPECT_EQ(known("a", kPassword), std::nullopt);
  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Right);
}

TEST_F(PasswordCheckerTest, ReportsAgainWhatCouldNotBeReported) {
  mailbox_->fail_next();

  EXPECT_EQ(verdict_of("a", kPassword), Verdict::Right);
}

TEST_F(PasswordCheckerTest, GivesNoAnswerOnceItIsGone) {
  ASSERT_TRUE(ask("a", kPassword));
  ASSERT_TRUE(ask("dear", kPassword));
  checker_.reset();
  mailbox_->put([] {});

  ASSERT_TRUE(mailbox_->run_one());
  EXPECT_TRUE(answers_.empty());
}

}  // namespace
}  // namespace weir::webconfig
