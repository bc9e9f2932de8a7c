// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/password_checker.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "webconfig/bcrypt_hash.h"
#include "weir/base/thread.h"

namespace weir::webconfig {

namespace {

// Its length in front, so that no two pairs look alike.
void append_field(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}

int greatest_cost(const WebConfig& config) {
  int cost = 10;
  bool is_first = true;
  for (const auto& [user, hash] : config.users) {
    cost = std::exchange(is_first, false) ? bcrypt_cost(hash) : std::max(cost, bcrypt_cost(hash));
  }
  return cost;
}

// Not asked again until then.
constexpr std::chrono::milliseconds kRetryPause{100};

}  // namespace

struct PasswordChecker::Task {
  Digest digest;
  std::string hash;
  std::string password;
  bool is_known_user;

  [[nodiscard]] PasswordVerdict check() const {
    try {
      const bool is_right = matches_bcrypt(password, hash) && is_known_user;
      return is_right ? PasswordVerdict::Right : PasswordVerdict::Wrong;
    } catch (const std::bad_alloc&) {
      return PasswordVerdict::Unchecked;
    }
  }
};

// Shared with the thread, which may outlive the checker.
struct PasswordChecker::Queue {
  std::mutex mutex;
  std::condition_variable has_work;
  std::map<std::string, std::deque<Task>, std::less<>> turns;  // none is empty
  std::string last_turn;
  bool is_closed = false;
  PasswordChecker* owner = nullptr;  // used on its thread alone
  Post post;                         // not to be called once closed

  // Of the one whose turn it is. Only when there are some.
  Task take() {
    auto turn = turns.upper_bound(last_turn);
    if (turn == turns.end()) turn = turns.begin();
    Task task = std::move(turn->second.front());
    turn->second.pop_front();
    last_turn = turn->first;
    if (turn->second.empty()) turns.erase(turn);
    return task;
  }

  // False when there was no memory for it.
  static bool report(const std::shared_ptr<Queue>& queue, const Digest& digest,
                     PasswordVerdict verdict) {
    try {
      queue->post([queue, digest, verdict] {
        if (!queue->is_closed) queue->owner->finish(digest, verdict);
      });
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
};

PasswordChecker::PasswordChecker(Post post) : queue_(std::make_shared<Queue>()) {
  queue_->owner = this;
  queue_->post = std::move(post);
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random numbers");
  }
  right_.reserve(kRememberedMax);
  wrong_.reserve(kRememberedMax);
}

PasswordChecker::~PasswordChecker() {
  const std::lock_guard lock(queue_->mutex);
  queue_->is_closed = true;
  queue_->turns.clear();
  queue_->has_work.notify_all();
}

std::optional<bool> PasswordChecker::known(const WebConfig& config,
                                           const Credentials& given) const {
  const Digest digest = digest_of(config, given);
  if (std::ranges::find(right_, digest) != right_.end()) return true;
  if (std::ranges::find(wrong_, digest) != wrong_.end()) return false;
  return std::nullopt;
}

bool PasswordChecker::check(const WebConfig& config, const Credentials& given, Answer answer) {
  const Digest digest = digest_of(config, given);
  const auto same = waiting_.find(digest);
  if (same != waiting_.end()) {
    if (same->second.answers.size() >= kAnswersMax) return false;
    same->second.answers.push_back(std::move(answer));
    return true;
  }
  const auto user = config.users.find(given.user);
  const bool is_known_user = user != config.users.end();
  const std::string turn = is_known_user ? "user " + given.user : "";
  if (count_waiting(turn) >= kWaitingMax) return false;
  enqueue(turn, {digest, is_known_user ? user->second : unmatchable_hash(greatest_cost(config)),
                 significant_part(given.password), is_known_user});
  waiting_[digest] = {turn, {std::move(answer)}};
  return true;
}

std::size_t PasswordChecker::count_waiting(std::string_view turn) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      waiting_, [turn](const auto& waiting) { return waiting.second.turn == turn; }));
}

PasswordChecker::Digest PasswordChecker::digest_of(const WebConfig& config,
                                                   const Credentials& given) const {
  const auto user = config.users.find(given.user);
  std::string text;
  append_field(text, given.user);
  append_field(text, user == config.users.end() ? std::string_view() : user->second);
  append_field(text, given.password);
  Digest digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  OPENSSL_cleanse(text.data(), text.size());
  return digest;
}

void PasswordChecker::enqueue(std::string turn, Task task) {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->turns[std::move(turn)].push_back(std::move(task));
    queue_->has_work.notify_one();
  }
  if (has_thread_) return;
  try {
    // Detached: the end of the process does not wait for a hash of high cost. What it uses it owns.
    std::thread([queue = queue_] { run(queue); }).detach();
    has_thread_ = true;
  } catch (const std::system_error&) {
    // No thread to be had; the next check asks for one again.
  }
}

void PasswordChecker::run(const std::shared_ptr<Queue>& queue) {
  base::name_thread("weir-password");
  std::unique_lock lock(queue->mutex);
  while (true) {
    queue->has_work.wait(lock, [&] { return queue->is_closed || !queue->turns.empty(); });
    if (queue->is_closed) return;
    const Task task = queue->take();
    lock.unlock();
    const PasswordVerdict verdict = task.check();
    lock.lock();
    while (!queue->is_closed && !Queue::report(queue, task.digest, verdict)) {
      queue->has_work.wait_for(lock, kRetryPause);
    }
  }
}

void PasswordChecker::finish(const Digest& digest, PasswordVerdict verdict) {
  if (verdict == PasswordVerdict::Right) remember(right_, digest);
  if (verdict == PasswordVerdict::Wrong) remember(wrong_, digest);
  const auto found = waiting_.find(digest);
  if (found == waiting_.end()) return;
  const std::vector<Answer> answers = std::move(found->second.answers);
  waiting_.erase(found);
  for (const Answer& answer : answers) answer(verdict);
}

void PasswordChecker::remember(std::vector<Digest>& list, const Digest& digest) {
  if (std::ranges::find(list, digest) != list.end()) return;
  if (list.size() >= kRememberedMax) list.erase(list.begin());
  list.push_back(digest);
}

}  // namespace weir::webconfig
