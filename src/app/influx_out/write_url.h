// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::app {

// Where an InfluxDB takes lines: `http://HOST[:PORT][/PREFIX]/write?db=NAME` of version 1, or
// `.../api/v2/write?org=NAME&bucket=NAME` of version 2; or `https`.
struct InfluxWriteUrl {
  enum class Api : std::uint8_t { V1, V2 };

  Api api = Api::V1;
  bool is_tls = false;
  std::string host;
  std::string port;
  // As sent in `Host`.
  std::string authority;
  // Path and query, with the precision of milliseconds.
  std::string target;
  // Of version 1: where queries go, and the database.
  std::string query_path;
  std::string database;
  // As given.
  std::string text;
};

// Throws BadValue. Credentials are refused: a command line is seen by all.
[[nodiscard]] InfluxWriteUrl parse_influx_write_url(std::string_view text);

}  // namespace weir::app
