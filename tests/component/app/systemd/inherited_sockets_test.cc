// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/inherited_sockets.h"

#include <fcntl.h>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/net/inherited_socket.h"

namespace weir::app {
namespace {

using ::testing::ElementsAre;

net::BoundSocket udp() {
  return net::open_udp(net::statsd_endpoint("127.0.0.1:0"), net::PortSharing::Exclusive);
}

TEST(DealOut, GivesEachWorkerTheNextSocket) {
  const base::Log log{base::LogLevel::Error, base::LogFormat::Logfmt,
                      ::open("/dev/null", O_WRONLY)};
  ListenSockets inherited;
  for (int i = 0; i < 5; ++i) inherited.udp.push_back(udp());
  std::vector<ListenSockets> workers(3);

  deal_out(std::move(inherited), workers, log);

  std::vector<std::size_t> counts;
  for (const auto& worker : workers) counts.push_back(worker.udp.size());
  EXPECT_THAT(counts, ElementsAre(2U, 2U, 1U));
}

TEST(ListenAddresses, GiveWayToInheritedSocketsAtTheirDefaultOnly) {
  InheritedSockets inherited;
  inherited.statsd.udp.push_back(udp());
  inherited.http.push_back(
      net::open_tcp(net::web_endpoint("127.0.0.1:0"), net::PortSharing::Exclusive));
  Options options;

  auto addresses = listen_addresses(options, inherited);
  EXPECT_THAT(addresses.udp, ElementsAre());
  EXPECT_THAT(addresses.tcp, ElementsAre(":9125"));
  EXPECT_THAT(addresses.web, ElementsAre());

  options.udp_addresses = {":8125"};
  options.web_listen_addresses = {":8080"};
  addresses = listen_addresses(options, inherited);
  EXPECT_THAT(addresses.udp, ElementsAre(":8125"));
  EXPECT_THAT(addresses.web, ElementsAre(":8080"));

  options.is_http_inherited = true;
  EXPECT_THAT(listen_addresses(options, inherited).web, ElementsAre());
}

TEST(ListenAddresses, HavePort80ForAnEmptyWebAddress) {
  Options options;
  options.web_listen_addresses = {};
  EXPECT_THAT(listen_addresses(options, {}).web, ElementsAre(""));
}

TEST(AdoptSocket, KnowsItsAddressAndIsNotInherited) {
  net::BoundSocket opened = udp();
  const int fd = opened.descriptor.release();
  ::fcntl(fd, F_SETFD, 0);
  const auto kind = net::socket_kind(fd);
  ASSERT_TRUE(kind.has_value());
  EXPECT_TRUE(kind->is_udp());
  EXPECT_FALSE(kind->is_tcp());

  const net::BoundSocket adopted = net::adopt_socket(fd, *kind);

  EXPECT_EQ(adopted.address, "127.0.0.1:" + std::to_string(net::local_port(fd)));
  EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
}

TEST(SocketKind, IsNoneOfWhatIsNoSocket) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(net::socket_kind(file), std::nullopt);
  EXPECT_EQ(net::socket_kind(1000), std::nullopt);
}

}  // namespace
}  // namespace weir::app
