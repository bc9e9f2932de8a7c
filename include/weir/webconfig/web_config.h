// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/rulefile/diagnostic.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/tls/settings.h"

namespace weir::webconfig {

// A text in PEM that the file holds, or the file that holds it.
struct PemSource {
  std::string path;  // as written; empty when `text` has it
  std::string text;
  rulefile::Position position;  // of either

  [[nodiscard]] bool is_given() const { return !path.empty() || !text.empty(); }
};

// `tls_server_config`, before the files that it names are read.
struct TlsSection {
  PemSource certificate;
  PemSource key;
  PemSource client_ca;
  tls::Settings settings;  // without the three
  rulefile::Position ciphers;
  rulefile::Position curves;
  rulefile::Position versions;
};

// `rate_limit`: `burst` requests at once, and one more each `interval`.
struct RateLimit {
  std::chrono::nanoseconds interval{0};  // 0: no limit
  std::uint32_t burst = 0;
};

// A web configuration file, as exporter-toolkit has it. Plain data.
struct WebConfig {
  std::optional<TlsSection> tls;
  std::vector<std::pair<std::string, std::string>> headers;  // to add to answers; none is empty
  std::map<std::string, std::string, std::less<>> users;     // with their bcrypt hashes
  RateLimit rate_limit;
  bool asks_for_http2 = false;
  std::vector<rulefile::Diagnostic> warnings;
};

// Reads the text of the file called `file` in messages. Throws rulefile::ConfigError.
[[nodiscard]] WebConfig parse_web_config(std::string_view text, const std::string& file);

}  // namespace weir::webconfig
