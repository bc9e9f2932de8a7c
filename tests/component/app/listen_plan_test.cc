// SPDX-License-Identifier: Apache-2.0
#include "app/listen_plan.h"

#include <fcntl.h>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/systemd/inherited_sockets.h"
#include "unix_sockets.h"

namespace weir::app {
namespace {

using support::exists;
using support::TemporaryFolder;

std::vector<std::uint16_t> ports_of(const std::vector<net::BoundSocket>& sockets) {
  std::vector<std::uint16_t> ports;
  for (const auto& socket : sockets) ports.push_back(net::local_port(socket.descriptor.get()));
  return ports;
}

class OpenListeners : public ::testing::Test {
 protected:
  OpenListeners() {
    options_.udp_addresses = {"127.0.0.1:0", "127.0.0.1:0"};
    options_.tcp_addresses = {"127.0.0.1:0"};
    options_.unixgram_paths = {path_};
  }
  std::vector<ListenSockets> open() {
    return open_listeners(plan_listeners(listen_addresses(options_, {})), options_, log_);
  }
  std::string failure() {
    try {
      open();
      return "none";
    } catch (const StartError& error) {
      return error.what();
    }
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "socket";
  Options options_;
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, ::open("/dev/null", O_WRONLY)};
};

TEST_F(OpenListeners, GivesAllWorkersThePortsThatTheKernelChose) {
  options_.workers = 3;

  const auto workers = open();

  ASSERT_EQ(workers.size(), 3U);
  const auto udp = ports_of(workers.front().udp);
  const auto tcp = ports_of(workers.front().tcp);
  ASSERT_EQ(udp.size(), 2U);
  EXPECT_NE(udp[0], udp[1]);
  EXPECT_NE(tcp, std::vector<std::uint16_t>{0});
  for (const auto& worker : workers) {
    EXPECT_EQ(ports_of(worker.udp), udp);
    EXPECT_EQ(ports_of(worker.tcp), tcp);
  }
}

TEST_F(OpenListeners, GivesPathsToTheFirstWorkerAlone) {
  options_.workers = 2;
  options_.unixstream_paths = {path_ + "stream"};

  const auto workers = open();

  EXPECT_EQ(workers[0].unixgram.size(), 1U);
  EXPECT_EQ(workers[0].unixstream.size(), 1U);
  EXPECT_EQ(workers[1].unixgram.size(), 0U);
  EXPECT_EQ(workers[1].unixstream.size(), 0U);
}

TEST_F(OpenListeners, SharesNoPortOfASingleWorker) {
  const auto workers = open();
  const std::string taken = "127.0.0.1:" + std::to_string(ports_of(workers.front().udp).front());
  options_.unixgram_paths.clear();
  options_.udp_addresses = {taken};
  options_.workers = 2;

  EXPECT_EQ(failure(), "listen udp " + taken + ": bind: address already in use");
}

TEST_F(OpenListeners, LeavesNothingOpenWhenOneFails) {
  const net::BoundSocket other =
      net::open_tcp(net::statsd_endpoint("127.0.0.1:0"), net::PortSharing::Exclusive);
  const std::string taken = "127.0.0.1:" + std::to_string(net::local_port(other.descriptor.get()));
  options_.tcp_addresses = {taken};

  EXPECT_EQ(failure(), "listen tcp " + taken + ": bind: address already in use");
  EXPECT_FALSE(exists(path_));
}

}  // namespace
}  // namespace weir::app
