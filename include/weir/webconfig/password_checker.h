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

// Checks passwords against bcrypt hashes, one after another on a thread of its own, since each may
// take seconds. What was found is remembered, right and wrong apart, so that wrong ones do not push
// right ones out. Used on its owner's thread.
class PasswordChecker {
 public:
  // Passwords that wait to be checked; more are not taken.
  static constexpr std::size_t kWaitingMax = 64;
  // Remembered of each kind.
  static constexpr std::size_t kRememberedMax = 100;

  // Called on the owner's thread.
  using Answer = std::function<void(bool is_right)>;
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
  static void run(const std::shared_ptr<Queue>& queue);

  [[nodiscard]] Digest digest_of(const WebConfig& config, const Credentials& given) const;
  void enqueue(Task task);
  void finish(const Digest& digest, bool is_right);
  void remember(std::vector<Digest>& list, const Digest& digest);

  Digest key_{};
  std::shared_ptr<Queue> queue_;
  // The oldest first.
  std::vector<Digest> right_;
  std::vector<Digest> wrong_;
  std::map<Digest, std::vector<Answer>> waiting_;
  bool has_thread_ = false;
};

}  // namespace weir::webconfig
