// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/password_checker.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
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

}  // namespace

struct PasswordChecker::Task {
  Digest digest;
  std::string hash;
  std::string password;
  bool is_known_user;
};

// Shared with the thread, which may outlive the checker.
struct PasswordChecker::Queue {
  std::mutex mutex;
  std::condition_variable has_work;
  std::deque<Task> tasks;
  bool is_closed = false;
  PasswordChecker* owner = nullptr;  // used on its thread alone
  Post post;                         // not to be called once closed
};

PasswordChecker::PasswordChecker(Post post) : queue_(std::make_shared<Queue>()) {
  queue_->owner = this;
  queue_->post = std::move(post);
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random numbers");
  }
}

PasswordChecker::~PasswordChecker() {
  const std::lock_guard lock(queue_->mutex);
  queue_->is_closed = true;
  queue_->tasks.clear();
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
    same->second.push_back(std::move(answer));
    return true;
  }
  if (waiting_.size() >= kWaitingMax) return false;
  waiting_[digest].push_back(std::move(answer));
  const auto user = config.users.find(given.user);
  const bool is_known_user = user != config.users.end();
  enqueue({digest, is_known_user ? user->second : unmatchable_hash(greatest_cost(config)),
           given.password, is_known_user});
  return true;
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

void PasswordChecker::enqueue(Task task) {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->tasks.push_back(std::move(task));
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
    queue->has_work.wait(lock, [&] { return queue->is_closed || !queue->tasks.empty(); });
    if (queue->is_closed) return;
    const Task task = std::move(queue->tasks.front());
    queue->tasks.pop_front();
    lock.unlock();
    const bool is_right = matches_bcrypt(task.password, task.hash) && task.is_known_user;
    lock.lock();
    if (queue->is_closed) return;
    queue->post([queue, digest = task.digest, is_right] {
      if (!queue->is_closed) queue->owner->finish(digest, is_right);
    });
  }
}

void PasswordChecker::finish(const Digest& digest, bool is_right) {
  remember(is_right ? right_ : wrong_, digest);
  const auto found = waiting_.find(digest);
  if (found == waiting_.end()) return;
  const std::vector<Answer> answers = std::move(found->second);
  waiting_.erase(found);
  for (const Answer& answer : answers) answer(is_right);
}

void PasswordChecker::remember(std::vector<Digest>& list, const Digest& digest) {
  if (std::ranges::find(list, digest) != list.end()) return;
  if (list.size() >= kRememberedMax) list.erase(list.begin());
  list.push_back(digest);
}

}  // namespace weir::webconfig
