// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/proc_texts.h"

#include <bit>
#include <string>

#include <gtest/gtest.h>

namespace weir::doctor {
namespace {

constexpr bool kIsLittle = std::endian::native == std::endian::little;

TEST(InetSockets, AreReadWithTheirDrops) {
  const std::string text =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode ref pointer drops            \n"
      "13446: " +
      std::string(kIsLittle ? "0100007F" : "7F000001") +
      ":23A5 00000000:0000 07 00000000:00000A00 00:00000000 00000000  1000        0 3692120 2 "
      "0000000058a1e2cb 17      \n"
      " 5215: 00000000000000000000000000000000:B5F1 00000000000000000000000000000000:0000 07 "
      "00000000:00000000 00:00000000 00000000     0        0 3692121 2 000000008eb8878c 0\n"
      "nonsense\n";

  const auto sockets = parse_inet_sockets(text);

  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_EQ(sockets[0].address[12], 127);
  EXPECT_EQ(sockets[0].address[15], 1);
  EXPECT_EQ(sockets[0].port, 9125);
  EXPECT_EQ(sockets[0].user, 1000U);
  EXPECT_EQ(sockets[0].inode, 3692120U);
  EXPECT_EQ(sockets[0].unread_bytes, 0xA00U);
  EXPECT_EQ(sockets[0].drops, 17U);
  EXPECT_FALSE(sockets[0].is_wildcard());
  EXPECT_FALSE(sockets[0].is_listening);
  EXPECT_TRUE(sockets[1].is_ipv6);
  EXPECT_TRUE(sockets[1].is_wildcard());
  EXPECT_EQ(sockets[1].port, 0xB5F1);
  EXPECT_EQ(sockets[1].drops, 0U);
}

TEST(InetSockets, OfTcpListenAndHaveNoDrops) {
  const auto sockets = parse_inet_sockets(
      "   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
      "182 1 00000000725b2a9c 100 0 0 10 0                       \n"
      "   1: 00000000:07E8 00000000:0001 01 00000000:00000000 00:00000000 00000000     0        0 "
      "183 1 00000000725b2a9c 100 0 0 10 0\n");

  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_TRUE(sockets[0].is_listening);
  EXPECT_TRUE(sockets[0].is_wildcard());
  EXPECT_EQ(sockets[0].drops, 0U);
  EXPECT_FALSE(sockets[1].is_listening);
}

TEST(UnixSockets, AreReadWithBlanksInTheirNames) {
  const auto sockets = parse_unix_sockets(
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "00000000c29dcfcc: 00000003 00000000 00000000 0001 03   178\n"
      "0000000095085b8e: 00000002 00000000 00000000 0002 01 3692122 /tmp/x y.sock\n"
      "0000000095085b8f: 00000002 00000000 00010000 0001 01     7 @weir\n");

  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_EQ(sockets[0].path, "/tmp/x y.sock");
  EXPECT_EQ(sockets[0].inode, 3692122U);
  EXPECT_FALSE(sockets[0].is_stream);
  EXPECT_EQ(sockets[1].path, "@weir");
  EXPECT_TRUE(sockets[1].is_stream);
  EXPECT_TRUE(sockets[1].is_listening);
}

TEST(UdpCounts, AreThoseOfBothVersions) {
  const auto counts = parse_udp_counts(
      "Tcp: a b\nTcp: 1 2\n"
      "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\n"
      "Udp: 100 20 30 5 25 0\n"
      "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdpLite: 9 9 9 9 9\n",
      "Udp6InDatagrams                 \t55\nUdp6RcvbufErrors                \t2\n");

  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->received, 155U);
  EXPECT_EQ(counts->no_port, 20U);
  EXPECT_EQ(counts->errors, 30U);
  EXPECT_EQ(counts->full_buffer, 27U);
}

TEST(UdpCounts, AreNoneWithoutTheirLines) {
  EXPECT_FALSE(parse_udp_counts("", "Udp6InDatagrams 3\n"));
  EXPECT_FALSE(parse_udp_counts("Udp: InDatagrams\n", ""));
}

TEST(BacklogDrops, AreTheSumOfAllProcessors) {
  EXPECT_EQ(parse_backlog_drops("006cfd2e 00000000 1\n004e452b 0000000f 1\n"), 15U);
  EXPECT_EQ(parse_backlog_drops(""), std::nullopt);
}

TEST(OpenFileLimit, IsRead) {
  const auto limit = parse_open_file_limit(
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max open files            1024                 524288               files     \n");

  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->soft, 1024U);
  EXPECT_EQ(limit->hard, 524288U);
  EXPECT_FALSE(parse_open_file_limit("Max open files\n"));
  EXPECT_FALSE(parse_open_file_limit(""));
}

TEST(Numbers, OfOneAndOfManyLines) {
  EXPECT_EQ(parse_count("4194304\n"), 4194304U);
  EXPECT_EQ(parse_count("max\n"), std::nullopt);
  EXPECT_EQ(parse_count("-1\n"), std::nullopt);
  EXPECT_EQ(keyed_count("low 0\noom_kill 3\n", "oom_kill"), 3U);
  EXPECT_EQ(keyed_count("oom_killer 3\n", "oom_kill"), std::nullopt);
}

TEST(CpuMax, IsAShareOfAPeriod) {
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1.5);
  EXPECT_EQ(parse_cpu_max("max 100000\n"), std::nullopt);
  EXPECT_EQ(parse_cpu_max("150000 0\n"), std::nullopt);
}

TEST(CountOfList, CountsRangesAndNumbers) {
  EXPECT_EQ(count_of_list("0-3,8\n"), 5U);
  EXPECT_EQ(count_of_list("0\n"), 1U);
  EXPECT_EQ(count_of_list(""), 0U);
  EXPECT_EQ(count_of_list("3-1,x,-2"), 0U);
}

}  // namespace
}  // namespace weir::doctor
