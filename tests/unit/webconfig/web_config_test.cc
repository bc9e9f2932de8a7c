// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/web_config.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"

namespace weir::webconfig {
namespace {

constexpr std::string_view kHash = "$2y$10$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW";

// The first error, or "" for a file that is taken.
std::string fault_of(std::string_view text) {
  try {
    static_cast<void>(parse_web_config(text, "web.yml"));
    return {};
  } catch (const rulefile::ConfigError& error) {
    return error.what();
  }
}

struct Verdict {
  std::string_view name;
  std::string_view text;
  std::string_view fault;  // how it begins; "" when the file is taken
};

void PrintTo(const Verdict& verdict, std::ostream* out) { *out << verdict.name; }

class WebConfigVerdicts : public ::testing::TestWithParam<Verdict> {};

TEST_P(WebConfigVerdicts, AreThoseOfExporterToolkit) {
  const std::string fault = fault_of(GetParam().text);

  EXPECT_EQ(fault.substr(0, GetParam().fault.size()), GetParam().fault) << fault;
  EXPECT_EQ(fault.empty(), GetParam().fault.empty()) << fault;
}

constexpr Verdict kVerdicts[] = {
    {"Empty", "", ""},
    {"NoStructure", "abc\ndef\n", "web.yml:1:1: the file must be a map"},
    {"UnknownSection", "tls: {}\n", "web.yml:1:1: unknown key \"tls\""},
    {"UnknownKey", "tls_server_config:\n  cert_filse: a\n",
     "web.yml:2:3: unknown key \"cert_filse\""},
    {"RepeatedKey", "rate_limit: {}\nrate_limit: {}\n", "web.yml:2:1: key \"rate_limit\" is alr"},
    {"CertificateAndKey", "tls_server_config: {cert_file: a, key_file: b}", ""},
    {"Inline", "tls_server_config: {cert: a, key: b}", ""},
    {"NoCertificate", "tls_server_config:\n  cert_file: \"\"\n  key_file: b\n",
     "web.yml:2:3: there is no certificate"},
    {"NoInlineCertificate", "tls_server_config:\n  cert: \"\"\n  key_file: b\n",
     "web.yml:2:3: there is no certificate"},
    {"NoKey", "tls_server_config:\n  cert_file: a\n  key_file: \"\"\n",
     "web.yml:2:3: there is no key"},
    {"NoInlineKey", "tls_server_config:\n  cert_file: a\n  key: \"\"\n",
     "web.yml:2:3: there is no key"},
    {"OnlyAuthType", "tls_server_config: {client_auth_type: NoClientCert}",
     "web.yml:1:20: there is no certificate"},
    {"OnlyVersions", "tls_server_config: {min_version: TLS13}", ""},
    {"UnknownAuthType", "tls_server_config: {cert_file: '', key_file: '', client_auth_type: x}",
     "web.yml:1:68: unknown client_auth_type \"x\""},
    {"AuthorityWithoutPolicy",
     "tls_server_config: {cert_file: a, key_file: b, client_ca_file: /dev/null}",
     "web.yml:1:64: a client CA is given"},
    {"PolicyWithoutAuthority",
     "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert}",
     ""},
    {"UnknownCipher",
     "tls_server_config:\n  cert_file: a\n  key_file: b\n  cipher_suites:\n  - TLS_GCM_SHA2048\n",
     "web.yml:5:5: unknown cipher suite \"TLS_GCM_SHA2048\""},
    {"UnsafeCipher",
     "tls_server_config: {cert_file: a, key_file: b, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}",
     "web.yml:1:64: unknown cipher suite"},
    {"CipherOfTls13",
     "tls_server_config: {cert_file: a, key_file: b, cipher_suites: [TLS_AES_128_GCM_SHA256]}", ""},
    {"UnknownCurve",
     "tls_server_config: {cert_file: a, key_file: b, curve_preferences: [CurveP257]}",
     "web.yml:1:68: unknown curve \"CurveP257\""},
    {"AllCurves",
     "tls_server_config: {cert_file: a, key_file: b, curve_preferences: [CurveP256, CurveP384, "
     "CurveP521, X25519]}",
     ""},
    {"UnknownVersion", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS111}",
     "web.yml:1:61: unknown TLS version \"TLS111\""},
    // Differs from exporter-toolkit (difference W42).
    {"OldVersion", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS11}",
     "web.yml:1:61: TLS11 is not safe"},
    {"VersionsTheWrongWay",
     "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}",
     "web.yml:1:81: min_version is above max_version"},
    {"PlainPassword", "basic_auth_users:\n  john: doe\n",
     "web.yml:2:9: the password of \"john\" is no bcrypt hash"},
    {"NoPassword", "basic_auth_users:\n  john:\n", "web.yml:2:3: the password of \"john\""},
    {"UsersNoMap", "basic_auth_users: [john]\n", "web.yml:1:19: basic_auth_users must be a map"},
    {"Headers",
     "http_server_config: {http2: false, headers: {X-Frame-Options: deny, X-XSS-Protection: 1}}",
     ""},
    {"OtherHeader", "http_server_config: {headers: {Content-Type: a}}",
     "web.yml:1:32: the header field \"Content-Type\" cannot be set"},
    {"HeaderInSmallLetters", "http_server_config: {headers: {x-frame-options: deny}}",
     "web.yml:1:32: the header field \"x-frame-options\" cannot be set"},
    {"FrameOptions", "http_server_config: {headers: {X-Frame-Options: foo}}",
     "web.yml:1:49: X-Frame-Options cannot be \"foo\""},
    {"ContentTypeOptions", "http_server_config: {headers: {X-Content-Type-Options: sniff}}",
     "web.yml:1:56: X-Content-Type-Options cannot be \"sniff\""},
    {"HeaderOfTwoLines", "http_server_config: {headers: {X-XSS-Protection: \"a\\r\\nb: c\"}}",
     "web.yml:1:50: X-XSS-Protection has control characters"},
    {"Http2NoBoolean", "http_server_config: {http2: maybe}", "web.yml:1:29: found `maybe`"},
    {"RateLimit", "rate_limit: {interval: 1s, burst: 5}", ""},
    {"NegativeInterval", "rate_limit: {interval: -1s}", "web.yml:1:24: interval is below 0"},
};

INSTANTIATE_TEST_SUITE_P(, WebConfigVerdicts, ::testing::ValuesIn(kVerdicts),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(WebConfig, ReadsTheTlsSection) {
  const auto config = parse_web_config(
      "tls_server_config:\n  cert_file: a.pem\n  cert: ignored\n  key: text\n"
      "  client_auth_type: RequireClientCert\n  client_allowed_sans: []\n  max_version: TLS12\n"
      "  prefer_server_cipher_suites: no\n",
      "web.yml");

  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->certificate.path, "a.pem");
  EXPECT_EQ(config.tls->key.text, "text");
  EXPECT_EQ(config.tls->settings.client_auth, tls::ClientAuth::RequireAny);
  // An empty list lets no client in; no list lets all in.
  ASSERT_TRUE(config.tls->settings.client_allowed_sans);
  EXPECT_TRUE(config.tls->settings.client_allowed_sans->empty());
  EXPECT_EQ(config.tls->settings.max_version, tls::Version::Tls12);
  EXPECT_FALSE(config.tls->settings.prefers_server_ciphers);
}

TEST(WebConfig, HasNoTlsWithoutACertificateAKeyOrAPolicy) {
  EXPECT_FALSE(parse_web_config("tls_server_config: {cert_file: '', key_file: ''}", "f").tls);
  EXPECT_FALSE(parse_web_config("basic_auth_users: {}", "f").tls);
}

TEST(WebConfig, TakesAHashWithALineBreakAfterIt) {
  const auto config =
      parse_web_config("basic_auth_users:\n  a: |\n    " + std::string(kHash) + "\n", "f");

  EXPECT_EQ(config.users.at("a"), kHash);
}

TEST(WebConfig, WarnsOfACostThatTakesSeconds) {
  std::string hash(kHash);
  const auto warnings = [&hash](std::string_view cost) {
    hash.replace(4, 2, cost);
    return parse_web_config("basic_auth_users:\n  a: " + hash + "\n", "f").warnings;
  };

  EXPECT_TRUE(warnings("14").empty());
  ASSERT_EQ(warnings("15").size(), 1U);
  EXPECT_EQ(rulefile::text_of(warnings("31").front()),
            "f:2:6: each check of the password of \"a\" takes seconds or more, at its cost of 31");
}

TEST(WebConfig, LeavesEmptyHeadersOut) {
  const auto config = parse_web_config(
      "http_server_config: {headers: {X-XSS-Protection: '', Content-Security-Policy: a}}", "f");

  ASSERT_EQ(config.headers.size(), 1U);
  EXPECT_EQ(config.headers[0].first, "Content-Security-Policy");
}

TEST(WebConfig, NeverShowsAHash) {
  EXPECT_EQ(fault_of("basic_auth_users: {a: geheim}").find("geheim"), std::string::npos);
}

}  // namespace
}  // namespace weir::webconfig
