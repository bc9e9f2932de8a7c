// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/server_context.h"

#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "test_certificates.h"

namespace weir::tls {
namespace {

using support::Authority;
using support::Issued;

class ServerContextTest : public ::testing::Test {
 protected:
  ServerContextTest() : server_(authority_.issue({.name = "server"})) {
    settings_.certificate = server_.certificate;
    settings_.key = server_.key;
  }
  // Which setting is wrong; nothing when none is.
  [[nodiscard]] std::optional<Setting> fault() const {
    try {
      const ServerContext context(settings_);
      return std::nullopt;
    } catch (const SettingsError& error) {
      EXPECT_STRNE(error.what(), "");
      return error.setting();
    }
  }

  Authority authority_{"ca"};
  Issued server_;
  Settings settings_;
};

TEST_F(ServerContextTest, IsMadeOfACertificateAndItsKey) {
  EXPECT_EQ(fault(), std::nullopt);
  EXPECT_EQ(ServerContext(settings_).settings(), settings_);
}

TEST_F(ServerContextTest, NeedsTheKeyOfTheCertificate) {
  settings_.key = authority_.issue({}).key;
  EXPECT_EQ(fault(), Setting::Key);
}

TEST_F(ServerContextTest, NeedsTheCertificateBeforeItsChain) {
  const Authority between("between", &authority_);
  const Issued leaf = between.issue({});
  settings_.key = leaf.key;

  settings_.certificate = leaf.certificate + between.certificate();
  EXPECT_EQ(fault(), std::nullopt);
  settings_.certificate = between.certificate() + leaf.certificate;
  EXPECT_EQ(fault(), Setting::Key);
}

TEST_F(ServerContextTest, NeedsTextsThatCanBeRead) {
  for (const std::string text : {"", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
    settings_.certificate = text;
    settings_.key = server_.key;
    EXPECT_EQ(fault(), Setting::Certificate) << text;
    settings_.certificate = server_.certificate;
    settings_.key = text;
    EXPECT_EQ(fault(), Setting::Key) << text;
  }
}

TEST_F(ServerContextTest, AsksForNoPassphrase) {
  const support::KeyPair key(EVP_EC_gen("P-256"));
  settings_.key = support::pem_of([&key](BIO* out) {
    PEM_write_bio_PrivateKey(out, key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                             const_cast<char*>("secret"));
  });
  EXPECT_EQ(fault(), Setting::Key);
}

TEST_F(ServerContextTest, NeedsAClientCaThatIsACertificate) {
  settings_.client_auth = ClientAuth::RequireAndVerify;
  settings_.client_ca = server_.key;
  EXPECT_EQ(fault(), Setting::ClientCa);
  settings_.client_ca = authority_.certificate() + authority_.certificate();
  EXPECT_EQ(fault(), std::nullopt);
}

TEST_F(ServerContextTest, TakesEveryCipherSuiteAndCurveItNames) {
  for (const auto name : cipher_suite_names()) {
    settings_.cipher_suites = {std::string(name)};
    EXPECT_EQ(fault(), std::nullopt) << name;
    EXPECT_TRUE(is_cipher_suite(name));
  }
  for (const auto name : curve_names()) {
    settings_.curves = {std::string(name)};
    EXPECT_EQ(fault(), std::nullopt) << name;
    EXPECT_TRUE(is_curve(name));
  }
}

TEST_F(ServerContextTest, RefusesOtherNames) {
  settings_.cipher_suites = {"TLS_RSA_WITH_RC4_128_SHA"};
  EXPECT_EQ(fault(), Setting::CipherSuites);
  settings_.cipher_suites = {};
  settings_.curves = {"CurveP257"};
  EXPECT_EQ(fault(), Setting::Curves);
  EXPECT_FALSE(is_cipher_suite("ECDHE-RSA-AES128-GCM-SHA256"));
  EXPECT_FALSE(is_curve("prime256v1"));
}

TEST_F(ServerContextTest, RefusesVersionsThatLeaveNone) {
  settings_.min_version = Version::Tls13;
  settings_.max_version = Version::Tls12;
  EXPECT_EQ(fault(), Setting::Versions);
  // Ciphers of TLS 1.3 alone.
  settings_.min_version = Version::Tls12;
  settings_.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
  EXPECT_EQ(fault(), Setting::CipherSuites);
  settings_.max_version = Version::Tls13;
  EXPECT_EQ(fault(), std::nullopt);
}

}  // namespace
}  // namespace weir::tls
