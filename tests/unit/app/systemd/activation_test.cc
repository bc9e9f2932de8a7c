// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/activation.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr pid_t kOwn = 7;

std::vector<std::string> named(const ListenVariables& variables) {
  std::vector<std::string> texts;
  for (const auto& [fd, name] : named_descriptors(variables, kOwn)) {
    texts.push_back(std::to_string(fd) + "=" + name);
  }
  return texts;
}

TEST(NamedDescriptors, CountFromThreeInTheOrderOfTheirNames) {
  EXPECT_THAT(named({"7", "3", "udp:tcp:udp"}), ElementsAre("3=udp", "4=tcp", "5=udp"));
  EXPECT_THAT(named({"7", "1", ""}), ElementsAre("3="));
  EXPECT_THAT(named({"7", "2", ":"}), ElementsAre("3=", "4="));
}

TEST(NamedDescriptors, AreUnknownWithoutNames) {
  EXPECT_THAT(named({"7", "2", std::nullopt}), ElementsAre("3=unknown", "4=unknown"));
}

TEST(NamedDescriptors, AreNoneForAnotherProcessOrWithoutAny) {
  for (const auto* const pid : {"", "8", "x", "-7", "7 ", "07x"}) {
    EXPECT_THAT(named({pid, "1", "udp"}), IsEmpty()) << pid;
  }
  EXPECT_THAT(named({"8", "nonsense", "udp"}), IsEmpty());
  EXPECT_THAT(named({"7", "0", std::nullopt}), IsEmpty());
}

TEST(NamedDescriptors, RefuseWhatIsNoNumberOrTooMany) {
  for (const auto* const fds : {"", "x", "-1", "1025", "99999999999999999999"}) {
    EXPECT_THROW(named({"7", fds, "udp"}), BadListenVariables) << fds;
  }
  EXPECT_EQ(named({"7", "1024", std::nullopt}).size(), kListenDescriptorsMax);
}

TEST(NamedDescriptors, RefuseMoreOrFewerNamesThanDescriptors) {
  for (const auto* const names : {"", "udp", "udp:tcp:http"}) {
    EXPECT_THROW(named({"7", "2", names}), BadListenVariables) << names;
  }
}

}  // namespace
}  // namespace weir::app
