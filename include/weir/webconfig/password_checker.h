// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/webconfig/basic_auth.h"
#include "weir/webconfig/web_config.h"

namespace weir::webconfig {

// What a check has found.
enum class PasswordVerdict : std::uint8_t {
  Right,
  Wrong,
  Unchecked,  // there was no memory to check it
};

// Checks passwords against bcrypt hashes, one after another on a thread of its own, since each may
// take seconds. Users take turns, and all that the configuration does not know are one user, so
// that guesses at one do not keep another out. What was found is remembered, right and wrong apart,
// so that wrong ones do not push right ones out. Used on its owner's thread.
class PasswordChecker {
 public:
  // Passwords of a user that wait to be checked, the one that is being checked among them; more are
  // not taken.
  static constexpr std::size_t kWaitingMax = 16;
  // Answers that wait for one of them; more are not taken.
  static constexpr std::size_t kAnswersMax = 1000;
  // Remembered of each kind.
  static constexpr std::size_t kRememberedMax = 100;

  // Called on the owner's thread.
  using Answer = std::function<void(PasswordVerdict verdict)>;
  // Runs what it is given on the owner's thread, later. Called on any.
  using Post = std::function<void(std::function<void()>)>;
  explicit PasswordChecker(Post post);
  // Waits for no check; answers that are not there yet never come.
  ~PasswordChecker();
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  // What is known of the password already. An unknown user's is checked as long as any other, and
  // is wrong.
  [[nodiscard]] std::optional<bool> known(const WebConfig& config, const Credentials& given) const;
  // Checks it; false when too many wait.
  bool check(const WebConfig& config, const Credentials& given, Answer answer);

 private:
  // Of user, hash and password, by a key of this process.
  using Digest = std::array<unsigned char, 32>;
  struct Task;
  struct Queue;
  // What waits for one check.
  struct Waiting {
    std::string turn;  // that it waits in
    std::vector<Answer> answers;
  };
  static void run(const std::shared_ptr<Queue>& queue);

  [[nodiscard]] Digest digest_of(const WebConfig& config, const Credentials& given) const;
  [[nodiscard]] std::size_t count_waiting(std::string_view turn) const;
  void enqueue(std::string turn, Task task);
  void finish(const Digest& digest, PasswordVerdict verdict);
  static void remember(std::vector<Digest>& list, const Digest& digest);

  Digest key_{};
  std::shared_ptr<Queue> queue_;
  // The oldest first.
  std::vector<Digest> right_;
  std::vector<Digest> wrong_;
  std::map<Digest, Waiting> waiting_;
  bool has_thread_ = false;
};

}  // namespace weir::webconfig
