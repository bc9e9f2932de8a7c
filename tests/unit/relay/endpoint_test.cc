// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "relay/lookup.h"
#include "weir/relay/relay.h"

namespace weir::relay {
namespace {

struct Target {
  const char* name;
  const char* text;
  const char* endpoint;
};

class GoodRelayTarget : public testing::TestWithParam<Target> {};

TEST_P(GoodRelayTarget, IsRead) {
  EXPECT_EQ(relay_endpoint(GetParam().text).text, GetParam().endpoint);
}

INSTANTIATE_TEST_SUITE_P(
    , GoodRelayTarget,
    testing::Values(Target{"Ipv4", "127.0.0.1:8125", "127.0.0.1:8125"},
                    Target{"Ipv6", "[::1]:8125", "[::1]:8125"},
                    Target{"MappedIpv4", "[::ffff:127.0.0.1]:8125", "127.0.0.1:8125"},
                    Target{"EmptyHost", ":8125", "0.0.0.0:8125"},
                    Target{"EmptyPort", "127.0.0.1:", "127.0.0.1:0"},
                    Target{"SignedPort", "127.0.0.1:+5", "127.0.0.1:5"},
                    Target{"LastPort", "127.0.0.1:65535", "127.0.0.1:65535"},
                    Target{"NameWithIpv4First", "localhost:8125", "127.0.0.1:8125"}),
    [](const auto& row) { return row.param.name; });

struct BadTarget {
  const char* name;
  const char* text;
  const char* error;
};

class BadRelayTarget : public testing::TestWithParam<BadTarget> {};

// The reference's words, but for the name server that Go adds.
TEST_P(BadRelayTarget, IsNamedInTheError) {
  try {
    static_cast<void>(relay_endpoint(GetParam().text));
    FAIL() << "taken";
  } catch (const net::ListenError& error) {
    EXPECT_STREQ(error.what(), GetParam().error);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , BadRelayTarget,
    testing::Values(
        BadTarget{"NoPort", "foo", "address foo: missing port in address"},
        BadTarget{"BareIpv6", "::1:8125", "address ::1:8125: too many colons in address"},
        BadTarget{"OpenBracket", "[::1", "address [::1: missing ']' in address"},
        BadTarget{"UnknownService", "127.0.0.1:nosvc", "lookup udp/nosvc: unknown port"},
        BadTarget{"LargePort", "127.0.0.1:65536", "address 65536: invalid port"},
        BadTarget{"HugePort", "127.0.0.1:99999999999999999999",
                  "address 99999999999999999999: invalid port"},
        BadTarget{"NegativePort", "127.0.0.1:-1", "address -1: invalid port"},
        BadTarget{"TwoSigns", "127.0.0.1:+-1", "lookup udp/+-1: unknown port"},
        BadTarget{"ShorthandIpv4", "127.1:8125", "lookup 127.1: no such host"}),
    [](const auto& row) { return row.param.name; });

TEST(Lookup, IsForNamesOnly) {
  EXPECT_TRUE(has_host_name("statsd.example:8125"));
  EXPECT_TRUE(has_host_name("[localhost]:8125"));
  EXPECT_FALSE(has_host_name("127.0.0.1:8125"));
  EXPECT_FALSE(has_host_name("[fe80::1%eth0]:8125"));
  EXPECT_FALSE(has_host_name(":8125"));
}

}  // namespace
}  // namespace weir::relay
