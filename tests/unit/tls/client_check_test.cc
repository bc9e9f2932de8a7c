// SPDX-License-Identifier: Apache-2.0
#include "tls/client_check.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "test_certificates.h"
#include "tls/pem.h"

namespace weir::tls {
namespace {

using Names = std::vector<std::string>;

Names names_of(const std::string& alternative_names) {
  const support::Authority authority("ca");
  const auto issued = authority.issue({.alternative_names = alternative_names});
  const auto certificates = read_certificates(issued.certificate);
  return tls::alternative_names(*certificates.at(0));
}

TEST(AlternativeNames, AreThoseOfEachKindAsText) {
  EXPECT_EQ(names_of("DNS:a.example,DNS:*.b.example,email:c@d.example"),
            (Names{"a.example", "*.b.example", "c@d.example"}));
  EXPECT_EQ(names_of("IP:10.0.0.1,IP:2001:db8:0:0:0:0:0:1"), (Names{"10.0.0.1", "2001:db8::1"}));
  EXPECT_EQ(names_of("URI:spiffe://a/b"), Names{"spiffe://a/b"});
}

TEST(AlternativeNames, AreNoneWithoutTheExtension) { EXPECT_EQ(names_of(""), Names{}); }

// The subject's name is none of them.
TEST(AlternativeNames, AreNoNamesOfOtherKinds) {
  EXPECT_EQ(names_of("RID:1.2.3.4,DNS:a"), Names{"a"});
}

TEST(ReadCertificates, ReadsThemInTheirOrderAndLeavesOtherTextOut) {
  const support::Authority first("first");
  const support::Authority second("second");

  EXPECT_EQ(read_certificates("x\n" + first.certificate() + "# y\n" + second.certificate()).size(),
            2U);
  EXPECT_TRUE(read_certificates("").empty());
  EXPECT_TRUE(read_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n").empty());
  EXPECT_TRUE(read_certificates(first.issue({}).key).empty());
}

}  // namespace
}  // namespace weir::tls
