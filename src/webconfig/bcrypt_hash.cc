// SPDX-License-Identifier: Apache-2.0
#include "webconfig/bcrypt_hash.h"

#include <algorithm>
#include <crypt.h>
#include <memory>
#include <openssl/crypto.h>

#include <fmt/core.h>

namespace weir::webconfig {

namespace {

constexpr std::size_t kSaltOffset = 7;
// More bytes of a password count for nothing.
constexpr std::size_t kPasswordBytesMax = 72;
constexpr int kCostMin = 4;
constexpr int kCostMax = 31;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_base64_of_bcrypt(char c) {
  return c == '.' || c == '/' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::optional<std::string_view> bcrypt_fault(std::string_view hash) {
  const bool has_version =
      hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  if (!has_version) return "it does not begin with $2a$, $2b$ or $2y$";
  if (hash.size() < kBcryptBytes) return "it is shorter than 60 characters";
  hash = hash.substr(0, kBcryptBytes);
  if (!is_digit(hash[4]) || !is_digit(hash[5]) || hash[6] != '$') {
    return "its cost is not two digits between dollar signs";
  }
  const int cost = bcrypt_cost(hash);
  if (cost < kCostMin || cost > kCostMax) return "its cost is not from 4 to 31";
  if (!std::ranges::all_of(hash.substr(kSaltOffset), is_base64_of_bcrypt)) {
    return "it has characters that no bcrypt hash has";
  }
  return std::nullopt;
}

int bcrypt_cost(std::string_view hash) { return (hash[4] - '0') * 10 + (hash[5] - '0'); }

std::string unmatchable_hash(int cost) { return fmt::format("$2b${:02}${:.>53}", cost, ""); }

std::string significant_part(const std::string& password) {
  return password.substr(0, kPasswordBytesMax);
}

bool matches_bcrypt(const std::string& password, std::string_view hash) {
  const std::string setting(hash.substr(0, kBcryptBytes));
  const std::string tried = significant_part(password);
  // Too large for a stack. Cleared by its type's rules, as crypt_rn asks for.
  const auto data = std::make_unique<crypt_data>();
  // Not crypt_r: ASan puts a function in its place, after which libcrypt is not linked and what
  // that function would call is missing.
  const char* made = ::crypt_rn(tried.c_str(), setting.c_str(), data.get(), sizeof(crypt_data));
  const std::string_view result = made == nullptr ? std::string_view() : std::string_view(made);
  // It takes a NUL for the end.
  const bool is_whole = tried.find('\0') == std::string::npos;
  const bool is_equal = result.size() == setting.size() &&
                        CRYPTO_memcmp(result.data(), setting.data(), setting.size()) == 0;
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return is_equal && is_whole;
}

}  // namespace weir::webconfig
