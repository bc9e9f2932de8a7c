// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/socket_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::doctor {
namespace {

using testing::HasSubstr;

ListenAddress udp() { return {.kind = "udp", .address = ":9125"}; }

TEST(CheckAddress, TellsWhoHoldsIt) {
  auto address = udp();
  address.is_held = true;
  address.holders = {{7, "nginx", false}};
  EXPECT_EQ(check_address(address).verdict, Verdict::Error);
  EXPECT_EQ(check_address(address).found, "udp :9125 is held by nginx (pid 7)");

  address.holders = {{8, "weir", true}};
  EXPECT_EQ(check_address(address).verdict, Verdict::Ok);

  address.holders = {{8, "weir", true}, {9, "socat", false}};
  EXPECT_EQ(check_address(address).verdict, Verdict::Warning);
}

TEST(CheckAddress, KnowsTheServiceManagerThatWaitsForTheFirstDatagram) {
  auto address = udp();
  address.is_held = true;
  address.holders = {{1, "systemd", false}};

  EXPECT_EQ(check_address(address).verdict, Verdict::Note);
  EXPECT_THAT(check_address(address).what_to_do, HasSubstr("weir.socket"));
}

TEST(CheckAddress, SaysThatAHolderCannotBeSeen) {
  auto address = udp();
  address.is_held = true;
  address.user = "statsd";

  const auto check = check_address(address);

  EXPECT_EQ(check.verdict, Verdict::Note);
  EXPECT_THAT(check.found, HasSubstr("a process of statsd that cannot be seen without root"));
}

TEST(CheckAddress, TellsWhetherAFreeOneCanBeHad) {
  auto address = udp();
  EXPECT_EQ(check_address(address).verdict, Verdict::Ok);

  address.bind_error = "permission denied";
  EXPECT_EQ(check_address(address).verdict, Verdict::Error);
  EXPECT_THAT(check_address(address).found, HasSubstr("permission denied"));
}

TEST(CheckDrops, WarnsOfAny) {
  auto address = udp();
  EXPECT_EQ(check_drops(address).verdict, Verdict::Ok);

  address.drops = 3;
  address.unread_bytes = 2304;
  EXPECT_EQ(check_drops(address).verdict, Verdict::Warning);
  EXPECT_THAT(check_drops(address).found, HasSubstr("3 datagrams"));
}

}  // namespace
}  // namespace weir::doctor
