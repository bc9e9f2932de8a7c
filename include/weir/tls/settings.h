// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tls {

// What is asked of a client's certificate, by Go's names.
enum class ClientAuth : std::uint8_t {
  None,              // it is not asked for
  Request,           // asked for; any will do, and none
  RequireAny,        // any will do
  VerifyIfGiven,     // none will do; one that is given must be signed by a client CA
  RequireAndVerify,  // it must be signed by a client CA
};

enum class Version : std::uint8_t { Tls12, Tls13 };

// How a server speaks TLS. Plain data; certificates and keys are text in PEM.
struct Settings {
  std::string certificate;  // with the chain that follows it
  std::string key;
  ClientAuth client_auth = ClientAuth::None;
  // Empty: those that the system trusts.
  std::string client_ca;
  // When set, a client needs a certificate with one of these subject alternative names.
  std::optional<std::vector<std::string>> client_allowed_sans;
  Version min_version = Version::Tls12;
  Version max_version = Version::Tls13;
  // Go's names; empty: all that are safe. Those of TLS 1.3 cannot be chosen.
  std::vector<std::string> cipher_suites;
  bool prefers_server_ciphers = true;
  // Go's names, the most preferred first; empty: OpenSSL's choice.
  std::vector<std::string> curves;

  bool operator==(const Settings&) const = default;
};

[[nodiscard]] bool is_cipher_suite(std::string_view name);
[[nodiscard]] bool is_curve(std::string_view name);
[[nodiscard]] std::vector<std::string_view> cipher_suite_names();
[[nodiscard]] std::vector<std::string_view> curve_names();

// Which of the settings is wrong.
enum class Setting : std::uint8_t { Certificate, Key, ClientCa, CipherSuites, Curves, Versions };

// Settings that no server can be made of. `what()` says what is wrong with the setting.
class SettingsError : public std::runtime_error {
 public:
  SettingsError(Setting setting, const std::string& message)
      : std::runtime_error(message), setting_(setting) {}
  [[nodiscard]] Setting setting() const { return setting_; }

 private:
  Setting setting_;
};

}  // namespace weir::tls
