// SPDX-License-Identifier: Apache-2.0
#include "app/commands/reload_command.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>

#include <fmt/core.h>

#include "app/cli/flags.h"
#include "app/systemd/reload_socket.h"
#include "app/systemd/variables.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

// Longer than any file takes to load; the service manager gives up after 90 s by default.
constexpr timeval kAnswerTimeout{.tv_sec = 80, .tv_usec = 0};

std::string socket_path(std::span<const std::string> arguments) {
  if (arguments.size() > 1) throw FlagError("unexpected " + arguments[1]);
  const std::string folders =
      arguments.empty() ? environment_value("RUNTIME_DIRECTORY") : arguments.front();
  if (folders.empty()) {
    throw FlagError(
        "expected the runtime directory of the service after reload, such as /run/weir");
  }
  return folders.substr(0, folders.find(':')) + "/" + std::string(kReloadSocketName);
}

[[noreturn]] void fail(const std::string& path, std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}", path, what));
}

net::Descriptor connect(const std::string& path) {
  const net::Endpoint endpoint = net::unix_endpoint(path);
  net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (::connect(socket.get(), address, endpoint.length) != 0) {
    fail(path,
         fmt::format("no daemon takes requests for reloads here: {}", net::describe_errno(errno)));
  }
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout);
  return socket;
}

std::string answer(const std::string& path) {
  const net::Descriptor socket = connect(path);
  std::string text;
  std::array<char, 4096> piece{};
  ssize_t size = 0;
  while ((size = ::recv(socket.get(), piece.data(), piece.size(), 0)) > 0) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  if (size < 0) fail(path, fmt::format("no answer: {}", net::describe_errno(errno)));
  if (text.empty()) fail(path, "the daemon has ended without an answer");
  return text;
}

}  // namespace

CommandResult reload_daemon(std::span<const std::string> arguments) {
  const std::string text = answer(socket_path(arguments));
  return {text, text == kReloaded ? EXIT_SUCCESS : EXIT_FAILURE};
}

}  // namespace weir::app
