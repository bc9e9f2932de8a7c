// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "weir/rulefile/config_error.h"
#include "weir/webconfig/basic_auth.h"
#include "weir/webconfig/web_config.h"

namespace {

using namespace weir;

// Nothing that is taken may split the head of an answer, or be a hash that cannot be checked.
void expect_sound(const webconfig::WebConfig& config) {
  for (const auto& [name, value] : config.headers) {
    if (value.empty() || value.find_first_of("\r\n") != std::string::npos) std::abort();
  }
  for (const auto& [user, hash] : config.users) {
    if (hash.size() != 60) std::abort();
  }
  if (config.tls && (!config.tls->certificate.is_given() || !config.tls->key.is_given())) {
    std::abort();
  }
}

}  // namespace

// Whatever the file holds, it is taken or refused with errors of one line each. The same bytes are
// read as a header field `Authorization`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    expect_sound(webconfig::parse_web_config(text, "fuzz.yml"));
  } catch (const rulefile::ConfigError& error) {
    if (error.errors().empty()) std::abort();
    for (const auto& diagnostic : error.errors()) {
      if (rulefile::text_of(diagnostic).find('\n') != std::string::npos) std::abort();
    }
  }
  const auto given = webconfig::read_basic_auth(text);
  if (given && given->user.find(':') != std::string::npos) std::abort();
  return 0;
}
