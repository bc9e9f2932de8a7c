// SPDX-License-Identifier: Apache-2.0
#include "weir/net/port.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(PortNumber, IsDecimalWithOneOptionalSign) {
  EXPECT_EQ(*parse_port_number("0"), 0);
  EXPECT_EQ(*parse_port_number("+9125"), 9125);
  EXPECT_EQ(*parse_port_number("-0"), 0);
  EXPECT_EQ(*parse_port_number("65535"), 65535);
}

TEST(PortNumber, SaysWhatIsWrong) {
  for (const char* text : {"", "+", "-", "+-1", "++1", "1x", " 1", "0x10", "http"}) {
    EXPECT_EQ(parse_port_number(text).error(), PortError::NotANumber) << text;
  }
  for (const char* text : {"65536", "-1", "99999999999999999999"}) {
    EXPECT_EQ(parse_port_number(text).error(), PortError::OutOfRange) << text;
  }
}

TEST(Port, MayBeTheNameOfAService) {
  EXPECT_EQ(*parse_port("http", Transport::Tcp), 80);
  EXPECT_EQ(*parse_port("https", Transport::Tcp), 443);
  for (const auto transport : {Transport::Tcp, Transport::Udp}) {
    EXPECT_EQ(parse_port("nosuch", transport).error(), PortError::UnknownService);
    EXPECT_EQ(parse_port("+-1", transport).error(), PortError::UnknownService);
    EXPECT_EQ(parse_port("65536", transport).error(), PortError::OutOfRange);
    EXPECT_EQ(*parse_port("9125", transport), 9125);
  }
}

TEST(Port, IsZeroWithoutAText) { EXPECT_EQ(*parse_port("", Transport::Udp), 0); }

}  // namespace
}  // namespace weir::net
