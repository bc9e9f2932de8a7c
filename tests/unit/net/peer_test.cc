// SPDX-License-Identifier: Apache-2.0
#include "weir/net/peer.h"

#include <array>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "weir/net/endpoint.h"

namespace weir::net {
namespace {

Peer peer_at(std::string_view address) {
  const Endpoint endpoint = statsd_endpoint(address);
  Peer peer;
  std::memcpy(peer.data(), &endpoint.address, endpoint.length);
  return peer;
}

TEST(Peer, IsWrittenAsAddressesOfListenersAre) {
  for (const auto* text :
       {"192.0.2.1:1", "255.255.255.255:65535", "[::1]:8125", "[2001:db8::1]:9"}) {
    EXPECT_EQ(peer_at(text).text(), text);
  }
}

TEST(Peer, IsWrittenAsIPv4WhereItIs) {
  EXPECT_EQ(peer_at("[::ffff:192.0.2.1]:8125").text(), "192.0.2.1:8125");
}

TEST(Peer, HasTheNumberOfItsInterfaceWhereItIsLinkLocal) {
  Peer peer = peer_at("[fe80::1]:8125");
  sockaddr_in6 address{};
  std::memcpy(&address, peer.data(), sizeof address);
  address.sin6_scope_id = 3;
  std::memcpy(peer.data(), &address, sizeof address);

  EXPECT_EQ(peer.text(), "[fe80::1%3]:8125");
}

TEST(Peer, IsEmptyWhenItIsNotKnown) {
  EXPECT_EQ(Peer().text(), "");
  EXPECT_EQ(Peer::of(-1).text(), "");
}

TEST(Senders, AreThoseOfTheFirstDatagrams) {
  const std::array peers = {peer_at("192.0.2.1:1"), peer_at("192.0.2.2:2")};
  const Senders senders(peers);

  EXPECT_EQ(senders.of(1), "192.0.2.2:2");
  EXPECT_EQ(senders.of(2), "");
  EXPECT_EQ(Senders().of(0), "");
}

}  // namespace
}  // namespace weir::net
