// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::rulefile {

// A larger mapping file is refused.
inline constexpr std::size_t kFileBytesMax = std::size_t{64} << 20U;

// The bytes of the file at `path`. Throws ConfigError.
std::string read_source(const std::string& path);

// `bytes` as UTF-8 without a byte order mark, fit for the YAML parser. Throws ConfigError for what
// YAML forbids: malformed UTF-8 and control characters. UTF-16 is taken when it begins with a byte
// order mark.
std::string decode_source(std::string_view bytes, const std::string& file);

}  // namespace weir::rulefile
