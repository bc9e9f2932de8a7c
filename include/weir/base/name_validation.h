// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::base {

// Which names metrics and labels may have.
enum class NameValidation : std::uint8_t {
  Legacy,  // ASCII letters, digits and `_`, no digit first: what every scraper can read
  Utf8,    // any that are not empty
};

}  // namespace weir::base
