// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::net {
namespace {

using Open = BoundSocket (*)(const Endpoint& endpoint, PortSharing sharing);

struct Protocol {
  const char* name;
  Open open;
};

class PortSharingOf : public testing::TestWithParam<Protocol> {
 protected:
  static BoundSocket open(const Endpoint& endpoint, PortSharing sharing) {
    return GetParam().open(endpoint, sharing);
  }
  static Endpoint any_port(const char* host = "127.0.0.1") {
    return statsd_endpoint(std::string(host) + ":0");
  }
  // `any_port` with the port that `socket` was given.
  static Endpoint port_of(const BoundSocket& socket, const char* host = "127.0.0.1") {
    return statsd_endpoint(host + (":" + std::to_string(local_port(socket.descriptor.get()))));
  }
  static std::string failure(const Endpoint& endpoint, PortSharing sharing) {
    try {
      const BoundSocket socket = open(endpoint, sharing);
      return "none";
    } catch (const ListenError& error) {
      return error.what();
    }
  }
  static std::string in_use(const Endpoint& endpoint) {
    return std::string("listen ") + GetParam().name + " " + endpoint.text +
           ": bind: address already in use";
  }
};

TEST_P(PortSharingOf, LetsTheSharedInBesideTheFirst) {
  const BoundSocket first = open(any_port(), PortSharing::First);
  const Endpoint taken = port_of(first);

  const BoundSocket second = open(taken, PortSharing::Shared);
  const BoundSocket third = open(taken, PortSharing::Shared);

  EXPECT_NE(taken.port(), 0);
  EXPECT_EQ(local_port(second.descriptor.get()), taken.port());
  EXPECT_EQ(local_port(third.descriptor.get()), taken.port());
}

TEST_P(PortSharingOf, RefusesAFirstWhereAnotherListens) {
  for (const auto sharing : {PortSharing::Exclusive, PortSharing::First, PortSharing::Shared}) {
    const BoundSocket other = open(any_port(), sharing);
    const Endpoint taken = port_of(other);

    EXPECT_EQ(failure(taken, PortSharing::First), in_use(taken)) << static_cast<int>(sharing);
  }
}

TEST_P(PortSharingOf, RefusesTheExclusiveAndTheSharedWhereTheOtherListens) {
  const BoundSocket first = open(any_port(), PortSharing::First);
  const BoundSocket exclusive = open(any_port(), PortSharing::Exclusive);

  EXPECT_EQ(failure(port_of(first), PortSharing::Exclusive), in_use(port_of(first)));
  EXPECT_EQ(failure(port_of(exclusive), PortSharing::Shared), in_use(port_of(exclusive)));
}

TEST_P(PortSharingOf, LeavesThePortFreeThatAFirstFailedToGet) {
  Endpoint taken;
  {
    const BoundSocket other = open(any_port(), PortSharing::Shared);
    taken = port_of(other);
    ASSERT_EQ(failure(taken, PortSharing::First), in_use(taken));
    // The failed attempt did not spoil the port for those that share it.
    EXPECT_EQ(failure(taken, PortSharing::Shared), "none");
  }

  EXPECT_EQ(failure(taken, PortSharing::First), "none");
  EXPECT_EQ(failure(taken, PortSharing::Exclusive), "none");
  EXPECT_EQ(failure(taken, PortSharing::First), "none");
}

TEST_P(PortSharingOf, RefusesAWildcardWhereAnotherListensAtOneAddress) {
  const BoundSocket other = open(any_port(), PortSharing::Shared);
  const Endpoint everywhere = port_of(other, "0.0.0.0");

  EXPECT_EQ(failure(everywhere, PortSharing::First), in_use(everywhere));
}

TEST_P(PortSharingOf, LetsTheSharedInBesideAFirstAtTheWildcard) {
  const BoundSocket first = open(any_port(""), PortSharing::First);
  const Endpoint taken = port_of(first, "");

  EXPECT_EQ(failure(taken, PortSharing::Shared), "none");
  EXPECT_EQ(failure(taken, PortSharing::First), in_use(taken));
}

INSTANTIATE_TEST_SUITE_P(, PortSharingOf,
                         testing::Values(Protocol{"udp", open_udp}, Protocol{"tcp", open_tcp}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace weir::net
