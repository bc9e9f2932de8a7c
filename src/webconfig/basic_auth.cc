// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/basic_auth.h"

#include <cstddef>

#include "weir/base/base64.h"

namespace weir::webconfig {

namespace {

constexpr std::string_view kScheme = "basic ";

bool has_scheme(std::string_view field) {
  if (field.size() < kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = field[i];
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (small != kScheme[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<Credentials> read_basic_auth(std::string_view field) {
  if (!has_scheme(field)) return std::nullopt;
  const auto decoded = base::decode_base64(field.substr(kScheme.size()));
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

}  // namespace weir::webconfig
