// SPDX-License-Identifier: Apache-2.0
#include "weir/net/allow_list.h"

#include <arpa/inet.h>
#include <cstring>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::net {
namespace {

Peer sender_at(const std::string& address) {
  Peer peer;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(peer.data(), &v4, sizeof v4);
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr), 1) << address;
    std::memcpy(peer.data(), &v6, sizeof v6);
  }
  return peer;
}

AllowList list_of(std::initializer_list<std::string_view> networks) {
  AllowList list;
  for (const auto text : networks) {
    const auto network = Network::parse(text);
    EXPECT_TRUE(network) << text;
    if (network) list.add(*network);
  }
  return list;
}

TEST(Network, IsReadAndShown) {
  const auto shown = [](std::string_view text) { return Network::parse(text)->text(); };
  EXPECT_EQ(shown("10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(shown("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(shown("192.0.2.7"), "192.0.2.7/32");
  EXPECT_EQ(shown("192.0.2.7/32"), "192.0.2.7/32");
  EXPECT_EQ(shown("fd00::/8"), "fd00::/8");
  EXPECT_EQ(shown("::/0"), "::/0");
  EXPECT_EQ(shown("2001:db8:0:0:8000::/65"), "2001:db8:0:0:8000::/65");
  EXPECT_EQ(shown("::1"), "::1/128");
}

TEST(Network, OfMappedAddressesIsOneOfIPv4) {
  EXPECT_EQ(Network::parse("::ffff:10.0.0.0/104")->text(), "10.0.0.0/8");
  EXPECT_EQ(Network::parse("::ffff:192.0.2.7")->text(), "192.0.2.7/32");
  EXPECT_EQ(Network::parse("::ffff:0.0.0.0/96")->text(), "0.0.0.0/0");
  EXPECT_EQ(Network::parse("::ffff:0.0.0.0/95").error(), NetworkError::BadLength);
}

TEST(Network, SaysWhatIsWrong) {
  for (const char* text :
       {"", "/", "/8", "10", "10.0.0", "10.0.0.0.0", "256.0.0.0/8", "10.0.0.00/8", " 10.0.0.0/8",
        "localhost", "fd00:/8", "fe80::1%lo", "[::1]", "0x0a000000",
        "1111:2222:3333:4444:5555:6666:255.255.255.255.255.255.255"}) {
    EXPECT_EQ(Network::parse(text).error(), NetworkError::NotAnAddress) << text;
  }
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
                           "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/255.0.0.0",
                           "10.0.0.0/4294967304", "::/129", "::/x"}) {
    EXPECT_EQ(Network::parse(text).error(), NetworkError::BadLength) << text;
  }
  for (const char* text : {"10.1.0.0/8", "0.0.0.1/0", "10.0.0.1/31", "fd00::1/64", "::1/0",
                           "2001:db8::8000:0:0:0/64"}) {
    EXPECT_EQ(Network::parse(text).error(), NetworkError::BitsAfterEnd) << text;
  }
  EXPECT_EQ(Network::parse(std::string_view("10.0.0.0\0", 9)).error(), NetworkError::NotAnAddress);
}

TEST(AllowList, LetsEverybodyInWithoutANetwork) {
  EXPECT_TRUE(AllowList().is_open());
  EXPECT_TRUE(AllowList().allows(sender_at("192.0.2.7")));
  EXPECT_TRUE(AllowList().allows(Peer()));
}

TEST(AllowList, LetsTheSendersOfItsNetworksIn) {
  const AllowList list =
      list_of({"10.0.0.0/8", "192.0.2.6/31", "198.51.100.1", "fd00::/8", "2001:db8::/65"});
  EXPECT_FALSE(list.is_open());
  for (const char* address :
       {"10.0.0.0", "10.255.255.255", "192.0.2.6", "192.0.2.7", "198.51.100.1",
        "fd00::", "fdff:ffff::1", "2001:db8::7fff:ffff:ffff:ffff"}) {
    EXPECT_TRUE(list.allows(sender_at(address))) << address;
  }
  for (const char* address : {"9.255.255.255", "11.0.0.0", "192.0.2.5", "192.0.2.8", "198.51.100.2",
                              "fe00::", "fcff::1", "2001:db8::8000:0:0:0", "::1", "127.0.0.1"}) {
    EXPECT_FALSE(list.allows(sender_at(address))) << address;
  }
}

TEST(AllowList, TakesMappedAddressesForIPv4) {
  const AllowList v4 = list_of({"10.0.0.0/8"});
  EXPECT_TRUE(v4.allows(sender_at("::ffff:10.1.2.3")));
  EXPECT_FALSE(v4.allows(sender_at("::ffff:11.1.2.3")));
  // The bits alone would be the same.
  EXPECT_FALSE(v4.allows(sender_at("0a01:203::")));
  const AllowList all_v6 = list_of({"::/0"});
  EXPECT_TRUE(all_v6.allows(sender_at("2001:db8::1")));
  EXPECT_FALSE(all_v6.allows(sender_at("::ffff:10.1.2.3")));
  EXPECT_FALSE(all_v6.allows(sender_at("10.1.2.3")));
  EXPECT_TRUE(list_of({"0.0.0.0/0"}).allows(sender_at("::ffff:10.1.2.3")));
  EXPECT_FALSE(list_of({"0.0.0.0/0"}).allows(sender_at("::1")));
}

TEST(AllowList, RefusesASenderThatIsNotKnown) {
  EXPECT_FALSE(list_of({"0.0.0.0/0", "::/0"}).allows(Peer()));
}

}  // namespace
}  // namespace weir::net
