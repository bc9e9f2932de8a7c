// SPDX-License-Identifier: Apache-2.0
#include "weir/net/endpoint.h"

#include <cstring>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace weir::net {
namespace {

template <class Parse>
std::string message_of(Parse parse, std::string_view address) {
  try {
    return "no error: " + parse(address).text;
  } catch (const ListenError& error) {
    return error.what();
  }
}

struct Case {
  const char* name;
  const char* address;
  const char* outcome;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }
std::string name_of(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

class StatsdEndpoint : public ::testing::TestWithParam<Case> {};
class WebEndpoint : public ::testing::TestWithParam<Case> {};
class BadStatsdEndpoint : public ::testing::TestWithParam<Case> {};
class BadWebEndpoint : public ::testing::TestWithParam<Case> {};

TEST_P(StatsdEndpoint, IsRead) {
  EXPECT_EQ(statsd_endpoint(GetParam().address).text, GetParam().outcome);
}

TEST_P(WebEndpoint, IsRead) {
  EXPECT_EQ(web_endpoint(GetParam().address).text, GetParam().outcome);
}

TEST_P(BadStatsdEndpoint, IsRefusedWithTheReferencesText) {
  EXPECT_EQ(message_of(statsd_endpoint, GetParam().address), GetParam().outcome);
}

TEST_P(BadWebEndpoint, IsRefusedWithTheReferencesText) {
  EXPECT_EQ(message_of(web_endpoint, GetParam().address), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    , StatsdEndpoint,
    ::testing::Values(Case{"EmptyHost", ":9125", "0.0.0.0:9125"},
                      Case{"EmptyBrackets", "[]:9125", "0.0.0.0:9125"},
                      Case{"V4", "127.0.0.1:9125", "127.0.0.1:9125"},
                      Case{"V4InBrackets", "[127.0.0.1]:9125", "127.0.0.1:9125"},
                      Case{"V6", "[::1]:9125", "[::1]:9125"},
                      Case{"V6Wildcard", "[::]:9125", "[::]:9125"},
                      Case{"V6Zone", "[fe80::1%lo]:1", "[fe80::1%lo]:1"},
                      Case{"V4MappedIsV4", "[::ffff:127.0.0.1]:1", "127.0.0.1:1"},
                      Case{"HostNamePrefersV4", "localhost:9125", "127.0.0.1:9125"},
                      Case{"PortWithPlus", ":+9125", "0.0.0.0:9125"},
                      Case{"PortWithLeadingZero", ":09125", "0.0.0.0:9125"},
                      Case{"PortZero", ":0", "0.0.0.0:0"},
                      Case{"PortMax", ":65535", "0.0.0.0:65535"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    , BadStatsdEndpoint,
    ::testing::Values(
        Case{"NoPort", "9125", "bad StatsD listening address: 9125: it must be HOST:PORT or :PORT"},
        Case{"Empty", "", "bad StatsD listening address: : it must be HOST:PORT or :PORT"},
        Case{"BareV6", "::1:1",
             "bad StatsD listening address: ::1:1: it must be HOST:PORT or :PORT"},
        Case{"V6WithoutPort", "[::1]",
             "bad StatsD listening address: [::1]: it must be HOST:PORT or :PORT"},
        Case{"JunkAfterBracket", "[::1]x:1",
             "bad StatsD listening address: [::1]x:1: it must be HOST:PORT or :PORT"},
        Case{"StrayBracket", "a]b:1",
             "bad StatsD listening address: a]b:1: it must be HOST:PORT or :PORT"},
        Case{"ServiceName", ":http", "bad port http: it must be a number from 0 to 65535"},
        Case{"EmptyPort", ":", "bad port : it must be a number from 0 to 65535"},
        Case{"HexPort", ":0x10", "bad port 0x10: it must be a number from 0 to 65535"},
        Case{"TwoSigns", ":+-1", "bad port +-1: it must be a number from 0 to 65535"},
        Case{"HugePort", ":99999999999999999999",
             "bad port 99999999999999999999: it must be a number from 0 to 65535"},
        Case{"PortOutOfRange", ":65536", "bad port 65536: it must be a number from 0 to 65535"},
        Case{"NegativePort", ":-1", "bad port -1: it must be a number from 0 to 65535"},
        Case{"ShorthandV4", "127.1:1", "unable to resolve 127.1: lookup 127.1: no such host"},
        Case{"BlankInHost", "a b:1", "unable to resolve a b: lookup a b: no such host"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(, WebEndpoint,
                         ::testing::Values(Case{"EmptyHost", ":9102", ":9102"},
                                           Case{"EmptyAddressIsPort80", "", ":80"},
                                           Case{"OnlyAColon", ":", ":0"},
                                           Case{"ServiceName", "127.0.0.1:http", "127.0.0.1:80"},
                                           Case{"V6", "[::1]:9102", "[::1]:9102"},
                                           Case{"HostName", "localhost:9102", "127.0.0.1:9102"}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    , BadWebEndpoint,
    ::testing::Values(
        Case{"NoPort", "9102", "listen tcp: address 9102: missing port in address"},
        Case{"BareV6", "::1:1", "listen tcp: address ::1:1: too many colons in address"},
        Case{"MissingBracket", "[::1:1", "listen tcp: address [::1:1: missing ']' in address"},
        Case{"BracketThenColons", "[::1]::1",
             "listen tcp: address [::1]::1: too many colons in address"},
        Case{"StrayOpenBracket", "a[b:1", "listen tcp: address a[b:1: unexpected '[' in address"},
        Case{"StrayCloseBracket", "a]b:1", "listen tcp: address a]b:1: unexpected ']' in address"},
        Case{"UnknownService", ":nosuch", "listen tcp: lookup tcp/nosuch: unknown port"},
        Case{"PortOutOfRange", ":65536",
             "listen tcp: address 65536: invalid port: it must be from 0 to 65535"},
        Case{"NegativePort", ":-1",
             "listen tcp: address -1: invalid port: it must be from 0 to 65535"},
        Case{"BlankInHost", "a b:1", "listen tcp: lookup a b: no such host"}),
    name_of);

TEST(Endpoint, KnowsWildcards) {
  EXPECT_TRUE(statsd_endpoint(":1").is_wildcard);
  EXPECT_TRUE(statsd_endpoint("0.0.0.0:1").is_wildcard);
  EXPECT_TRUE(statsd_endpoint("[::]:1").is_wildcard);
  EXPECT_FALSE(statsd_endpoint("127.0.0.1:1").is_wildcard);
  EXPECT_FALSE(statsd_endpoint("[::1]:1").is_wildcard);
}

TEST(Endpoint, KeepsThePort) {
  EXPECT_EQ(statsd_endpoint("127.0.0.1:9125").port(), 9125);
  EXPECT_EQ(statsd_endpoint("[::1]:9125").port(), 9125);
}

TEST(Endpoint, TakesAnotherPort) {
  for (const char* address : {"127.0.0.1:1", "[::1]:1", ":1", "[fe80::1%lo]:1"}) {
    Endpoint endpoint = statsd_endpoint(address);
    const Endpoint expected = [&] {
      std::string other(address);
      other.back() = '9';
      return statsd_endpoint(other + "125");
    }();

    endpoint.set_port(expected.port());

    EXPECT_EQ(endpoint.port(), 9125);
    EXPECT_EQ(endpoint.length, expected.length);
    EXPECT_EQ(std::memcmp(&endpoint.address, &expected.address, endpoint.length), 0) << address;
  }
}

TEST(UnixEndpoint, KeepsThePathAsGiven) {
  const Endpoint path = unix_endpoint("/run/statsd.sock");
  const Endpoint name = unix_endpoint("@statsd");

  EXPECT_EQ(path.text, "/run/statsd.sock");
  EXPECT_EQ(name.text, "@statsd");
  for (const Endpoint& endpoint : {path, name}) {
    EXPECT_TRUE(endpoint.is_unix());
    EXPECT_EQ(endpoint.port(), 0);
    EXPECT_FALSE(endpoint.is_wildcard);
  }
  EXPECT_FALSE(statsd_endpoint(":1").is_unix());
}

TEST(UnixEndpoint, TakesAsMuchAsFits) {
  const std::string path(107, 'p');
  const std::string name = "@" + path;

  EXPECT_EQ(message_of(unix_endpoint, path), "no error: " + path);
  EXPECT_EQ(message_of(unix_endpoint, name), "no error: " + name);
  EXPECT_EQ(message_of(unix_endpoint, path + "p"),
            "the path of a unix socket is longer than 107 bytes: " + path + "p");
  EXPECT_EQ(message_of(unix_endpoint, name + "p"),
            "the path of a unix socket is longer than 108 bytes: " + name + "p");
}

TEST(UnixEndpoint, IsNeverWithoutAName) {
  EXPECT_EQ(message_of(unix_endpoint, ""), "the path of a unix socket is empty");
}

}  // namespace
}  // namespace weir::net
