// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <memory>
#include <new>
#include <openssl/crypto.h>
#include <optional>

#include <gtest/gtest.h>

#include "tls_client.h"

namespace weir::tls {
namespace {

// How many more allocations of OpenSSL's succeed; below 0: all.
int allocations_left = -1;

bool is_refused() {
  if (allocations_left < 0) return false;
  if (allocations_left == 0) return true;
  --allocations_left;
  return false;
}
void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return is_refused() ? nullptr : std::malloc(size);
}
void* reallocate(void* memory, std::size_t size, const char* /*file*/, int /*line*/) {
  return is_refused() ? nullptr : std::realloc(memory, size);
}
void release(void* memory, const char* /*file*/, int /*line*/) { std::free(memory); }

// OpenSSL takes them only before it has allocated anything.
const bool can_refuse = CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;

// Runs `task` with so many allocations. Whether it came to its end without running out.
template <typename Task>
bool has_enough(int allocations, const Task& task) {
  allocations_left = allocations;
  task();
  const bool is_enough = allocations_left > 0;
  allocations_left = -1;
  return is_enough;
}

constexpr int kMany = 100'000;
// Not every one of the thousands, for the sake of time.
constexpr int kStride = 7;

class TlsMemoryTest : public ::testing::Test {
 protected:
  TlsMemoryTest() {
    const support::Authority authority("ca");
    const auto server = authority.issue({});
    rules_.identity = authority.issue({.alternative_names = "DNS:a"});
    settings_.certificate = server.certificate;
    settings_.key = server.key;
    settings_.client_auth = ClientAuth::RequireAndVerify;
    settings_.client_ca = authority.certificate();
    settings_.client_allowed_sans = {{"a"}};
    // What OpenSSL makes once and for all it makes before anything fails, as a daemon's start does.
    const SocketPair sockets;
    Session session(std::make_shared<const ServerContext>(settings_), sockets.server());
    TlsClient client(rules_, sockets.client());
    EXPECT_EQ(shake_hands(session, client), Step::Done);
  }

  Settings settings_;
  ClientRules rules_;
};

TEST_F(TlsMemoryTest, FailsAContextAndNothingElse) {
  ASSERT_TRUE(can_refuse);
  int failed = 0;
  int allocations = 0;
  const auto make = [&] {
    try {
      const ServerContext context(settings_);
    } catch (const std::bad_alloc&) {
      ++failed;
    } catch (const SettingsError&) {
      ++failed;
    }
  };
  while (allocations < kMany && !has_enough(allocations, make)) allocations += kStride;

  EXPECT_LT(allocations, kMany);
  EXPECT_GT(failed, 10);
  EXPECT_NO_THROW(ServerContext{settings_});
}

TEST_F(TlsMemoryTest, FailsASessionAndNothingElse) {
  const auto context = std::make_shared<const ServerContext>(settings_);
  int failed = 0;
  int allocations = 0;
  const auto make = [&] {
    try {
      const Session session(context, 0);
    } catch (const std::bad_alloc&) {
      ++failed;
    }
  };
  while (allocations < kMany && !has_enough(allocations, make)) ++allocations;

  EXPECT_LT(allocations, kMany);
  EXPECT_GT(failed, 3);
}

TEST_F(TlsMemoryTest, FailsAHandshakeAndLetsNobodyInForIt) {
  const auto context = std::make_shared<const ServerContext>(settings_);
  ClientRules stranger;
  stranger.identity = support::Authority("x").issue({.alternative_names = "DNS:a"});
  for (const ClientRules& rules : {rules_, stranger}) {
    const bool is_good = rules.identity.key == rules_.identity.key;
    int failed = 0;
    int allocations = 0;
    bool is_enough = false;
    for (; allocations < kMany && !is_enough; allocations += kStride) {
      const SocketPair sockets;
      Session session(context, sockets.server());
      TlsClient client(rules, sockets.client());
      int left = allocations;
      Step step = Step::WantRead;
      for (int i = 0; i < 10 && step != Step::Done && step != Step::Failed; ++i) {
        client.handshake();
        allocations_left = left;
        step = session.handshake();
        left = std::exchange(allocations_left, -1);
      }
      is_enough = left > 0;
      failed += step == Step::Done ? 0 : 1;
      EXPECT_TRUE(is_good || step != Step::Done);
      EXPECT_TRUE(!is_good || !is_enough || step == Step::Done);
    }
    EXPECT_LT(allocations, kMany);
    EXPECT_GT(failed, 10);
  }
}

}  // namespace
}  // namespace weir::tls
