// SPDX-License-Identifier: Apache-2.0
#include "tls/client_check.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <memory>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string_view>

#include "weir/tls/settings.h"

namespace weir::tls {

namespace {

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::string text_of(const ASN1_STRING& string) {
  const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(&string))};
}

// As Go writes it: IPv4 in an IPv6 address as IPv4.
std::string address_of(std::string bytes) {
  constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
  constexpr std::size_t kV4Bytes = 4;
  constexpr std::size_t kV6Bytes = 16;
  if (bytes.size() == kV6Bytes && bytes.starts_with(kMapped)) bytes.erase(0, kMapped.size());
  if (bytes.size() != kV4Bytes && bytes.size() != kV6Bytes) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == kV4Bytes ? AF_INET : AF_INET6;
  ::inet_ntop(family, bytes.data(), text.data(), text.size());
  return text.data();
}

// "" for a kind that is not looked at.
std::string name_of(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS: return text_of(*name.d.dNSName);
    case GEN_EMAIL: return text_of(*name.d.rfc822Name);
    case GEN_URI: return text_of(*name.d.uniformResourceIdentifier);
    case GEN_IPADD: return address_of(text_of(*name.d.iPAddress));
    default: return {};
  }
}

bool has_allowed_name(const x509_st* certificate, const std::vector<std::string>& allowed) {
  if (certificate == nullptr) return false;
  const auto names = alternative_names(*certificate);
  return std::ranges::any_of(names, [&allowed](const std::string& name) {
    return std::ranges::find(allowed, name) != allowed.end();
  });
}

}  // namespace

std::vector<std::string> alternative_names(const x509_st& certificate) {
  const std::unique_ptr<GENERAL_NAMES, FreeNames> found(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(found.get()); ++i) {
    std::string name = name_of(*sk_GENERAL_NAME_value(found.get(), i));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

int check_client(x509_store_ctx_st* chain, void* settings) {
  const auto& rules = *static_cast<const Settings*>(settings);
  const bool verifies = rules.client_auth == ClientAuth::VerifyIfGiven ||
                        rules.client_auth == ClientAuth::RequireAndVerify;
  if (verifies && X509_verify_cert(chain) <= 0) return 0;
  if (rules.client_allowed_sans &&
      !has_allowed_name(X509_STORE_CTX_get0_cert(chain), *rules.client_allowed_sans)) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  if (!verifies) X509_STORE_CTX_set_error(chain, X509_V_OK);
  return 1;
}

}  // namespace weir::tls
