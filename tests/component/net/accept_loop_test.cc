// SPDX-License-Identifier: Apache-2.0
#include "weir/net/accept_loop.h"

#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <exception>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include "loopback.h"

namespace {

// What one accept fails with, after as many as are left; 0 when none is to fail.
std::atomic<int> accept_error = 0;
std::atomic<int> accepts_left = 0;

}  // namespace

// In the place of the C library's: no client can make the kernel return these errors at will.
extern "C" int accept(int socket, sockaddr* address, socklen_t* length) {
  static auto* const next = reinterpret_cast<decltype(&::accept)>(::dlsym(RTLD_NEXT, "accept"));
  if (accept_error != 0 && accepts_left-- == 0) {
    errno = accept_error.exchange(0);
    return -1;
  }
  return next(socket, address, length);
}

namespace weir::net {
namespace {

using support::Client;
using support::run_out;
using support::run_until;

class AcceptLoopTest : public ::testing::Test {
 protected:
  AcceptLoopTest() {
    asio::co_spawn(context_,
                   accept_loop(
                       acceptor_,
                       [this](const boost::system::error_code& error) {
                         errors_.push_back(error);
                         if (fails_to_report_) throw std::bad_alloc();
                       },
                       [this](const TcpSocket& /*closed*/) {
                         ++accepted_;
                         if (fault_) std::rethrow_exception(std::exchange(fault_, nullptr));
                       }),
                   [](const std::exception_ptr& error) { EXPECT_EQ(error, nullptr); });
  }
  ~AcceptLoopTest() override {
    accept_error = 0;
    acceptor_.close();
    EXPECT_TRUE(run_out(context_));
  }

  [[nodiscard]] Client client() { return {SOCK_STREAM, acceptor_.local_endpoint().port()}; }
  bool wait_for(int accepted) {
    return run_until(context_, [&] { return accepted_ == accepted; });
  }

  boost::asio::io_context context_{1};
  TcpAcceptor acceptor_ =
      acceptor_of(context_, open_tcp(statsd_endpoint("127.0.0.1:0"), PortSharing::Exclusive));
  std::vector<boost::system::error_code> errors_;
  int accepted_ = 0;
  bool fails_to_report_ = false;
  std::exception_ptr fault_;  // of the next connection
};

// Were the loop to wait for the next connection right away, nothing else would run.
TEST_F(AcceptLoopTest, GoesOnWhenTheLastInTheQueueIsGone) {
  accepts_left = 1;
  accept_error = ECONNABORTED;
  const Client first = client();
  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(accept_error, 0);

  const Client second = client();
  EXPECT_TRUE(wait_for(2));
  EXPECT_TRUE(errors_.empty());
}

TEST_F(AcceptLoopTest, CountsAnErrorAndGoesOn) {
  accepts_left = 1;
  accept_error = EPROTO;
  const Client first = client();
  ASSERT_TRUE(wait_for(1));
  EXPECT_TRUE(run_until(context_, [&] { return errors_.size() == 1; }));
  EXPECT_EQ(errors_.front().value(), EPROTO);

  const Client second = client();
  EXPECT_TRUE(wait_for(2));
}

TEST_F(AcceptLoopTest, GoesOnAfterAConnectionThatCannotBeTaken) {
  const boost::system::error_code no_descriptors(EMFILE, boost::system::system_category());
  const std::vector<std::pair<std::exception_ptr, int>> faults = {
      {std::make_exception_ptr(std::bad_alloc()), ENOMEM},
      {std::make_exception_ptr(boost::system::system_error(no_descriptors)), EMFILE},
      {std::make_exception_ptr(std::runtime_error("handler")), EIO}};
  for (const auto& [fault, number] : faults) {
    fault_ = fault;
    const int before = accepted_;
    const Client failing = client();
    ASSERT_TRUE(wait_for(before + 1));
    ASSERT_FALSE(errors_.empty());
    EXPECT_EQ(errors_.back().value(), number);
  }
  EXPECT_EQ(errors_.size(), faults.size());

  const Client last = client();
  EXPECT_TRUE(wait_for(static_cast<int>(faults.size()) + 1));
}

TEST_F(AcceptLoopTest, GoesOnWhenAnErrorCannotBeReported) {
  fails_to_report_ = true;
  fault_ = std::make_exception_ptr(std::bad_alloc());
  const Client failing = client();
  ASSERT_TRUE(wait_for(1));

  const Client last = client();
  EXPECT_TRUE(wait_for(2));
}

}  // namespace
}  // namespace weir::net
