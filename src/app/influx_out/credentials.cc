// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/credentials.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

#include "weir/base/base64.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

constexpr std::size_t kSecretBytesMax = 8192;

[[noreturn]] void fail(const std::string& path, std::string_view why) {
  throw CredentialError(fmt::format("{}: {}", path, why));
}

// No pipe is waited for.
std::string read_file(const std::string& path) {
  const net::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail(path, net::describe_errno(errno));
  std::string text;
  std::array<char, 1024> piece;
  while (const ssize_t size = ::read(file.get(), piece.data(), piece.size())) {
    if (size < 0) fail(path, net::describe_errno(errno));
    text.append(piece.data(), static_cast<std::size_t>(size));
    if (text.size() > kSecretBytesMax) fail(path, "it is too long for a password or token");
  }
  return text;
}

// The first line of the file at `path`, or else what the environment has.
std::string secret(const std::string& path, const char* variable) {
  if (path.empty()) {
    const char* const found = ::getenv(variable);
    return found == nullptr ? std::string() : std::string(found);
  }
  std::string text = read_file(path);
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty()) fail(path, "it is empty");
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) fail(path, "it has a control character");
  return text;
}

std::string token(const InfluxWriteOptions& options) {
  const std::string text = secret(options.token_path, "INFLUX_TOKEN");
  return text.empty() ? std::string() : "Token " + text;
}

std::string basic(const InfluxWriteOptions& options) {
  const std::string user = options.user.empty() ? secret("", "INFLUX_USERNAME") : options.user;
  if (user.empty()) return {};
  std::string text = "Basic ";
  base::append_base64(text, user + ':' + secret(options.password_path, "INFLUX_PASSWORD"));
  return text;
}

}  // namespace

std::string influx_authorization(const InfluxWriteOptions& options) {
  const bool is_token_first = options.url && options.url->api == InfluxWriteUrl::Api::V2;
  std::string first = is_token_first ? token(options) : basic(options);
  if (!first.empty()) return first;
  return is_token_first ? basic(options) : token(options);
}

}  // namespace weir::app
