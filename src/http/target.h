// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

// The target of a request line, read as the reference's URL parser reads it (behaviour http.paths).
namespace weir::http {

struct Target {
  std::string path;  // decoded; a `%2F` stays. `*` for `OPTIONS *`
  std::string escaped_path;
  std::string query;
  std::string host;  // with its port; "" when the target names none
};

// Nothing when the target is malformed, which is answered with 400.
[[nodiscard]] std::optional<Target> parse_target(std::string_view method, std::string_view target);

// The shortest path that means the same, `/` at least; a last slash stays.
[[nodiscard]] std::string clean_path(std::string_view path);

// With every percent-escape replaced by its byte; nothing when one is malformed.
[[nodiscard]] std::optional<std::string> decode_escapes(std::string_view text);

// The same, but the text as it is when an escape is malformed.
[[nodiscard]] std::string unescape(std::string_view text);

// Percent-escapes what may not be in a path, `%` too.
[[nodiscard]] std::string escape_path(std::string_view path);

// Percent-escapes the bytes above 127 only.
[[nodiscard]] std::string escape_non_ascii(std::string_view text);

}  // namespace weir::http
