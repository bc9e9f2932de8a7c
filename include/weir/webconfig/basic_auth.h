// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::webconfig {

struct Credentials {
  std::string user;
  std::string password;
};

// What a header field `Authorization` says: `Basic` and base64 of `user:password`. Nothing for
// anything else.
[[nodiscard]] std::optional<Credentials> read_basic_auth(std::string_view field);

}  // namespace weir::webconfig
