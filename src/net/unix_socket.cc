// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include <fmt/core.h>

#include "weir/net/open_socket.h"
#include "weir/net/socket_file.h"

namespace weir::net {
namespace {

constexpr mode_t kPermissionBits = 0777;

struct UnixOpenRequest {
  int type;  // SOCK_DGRAM or SOCK_STREAM
  const Endpoint& endpoint;
  std::string subject;  // `listen unixgram /run/s`
  std::optional<mode_t> mode;
  const base::Log& log;
};

[[noreturn]] void fail(const UnixOpenRequest& request, std::string_view call, int error) {
  throw ListenError(fmt::format("{}: {}: {}", request.subject, call, describe_errno(error)));
}

bool has_file(const Endpoint& endpoint) { return !endpoint.text.starts_with('@'); }

int bind_unix(int fd, const Endpoint& endpoint) {
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  return ::bind(fd, address, endpoint.length) == 0 ? 0 : errno;
}

// The reference puts a zero before the flag's text, reads it as 32 bits and takes the nine that a
// file has.
std::optional<mode_t> read_mode(std::string_view text, const base::Log& log) {
  constexpr int kOctal = 8;
  const std::string digits = fmt::format("0{}", text);
  std::int32_t value = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, kOctal);
  if (fault == std::errc{} && end == digits.data() + digits.size()) {
    return static_cast<mode_t>(value) & kPermissionBits;
  }
  const bool is_range = fault == std::errc::result_out_of_range;
  log.warn(
      "Bad permission, ignoring",
      {{"mode", std::string(text)}, {"error", is_range ? "value out of range" : "invalid syntax"}});
  return std::nullopt;
}

// A datagram probe also finds a stream socket that is bound and does not listen yet, and no
// listener notices it.
bool has_owner(const Endpoint& endpoint) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  return probe.get() < 0 || ::connect(probe.get(), address, endpoint.length) == 0 ||
         errno != ECONNREFUSED;
}

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFSOCK: return "a socket in use";
    case S_IFDIR: return "a directory";
    case S_IFREG: return "a file";
    case S_IFLNK: return "a symbolic link";
    default: return "a device or a pipe";
  }
}

void remove_stale(const UnixOpenRequest& request) {
  const std::string& path = request.endpoint.text;
  const auto state = file_state(path);
  if (!state && errno == ENOENT) return;
  if (!state) throw SocketExists(path, "something that cannot be looked at");
  if (!S_ISSOCK(state->mode) || has_owner(request.endpoint)) {
    throw SocketExists(path, kind_of(state->mode));
  }
  if (!unlink_if_same(path, *state)) fail(request, "unlink", errno);
  request.log.info("Removed a socket that nobody listens on", {{"path", path}});
}

// The file's mode is right from the start but for what the umask took away.
SocketFile take_file(const UnixOpenRequest& request) {
  const std::string& path = request.endpoint.text;
  const auto state = file_state(path);
  if (!state) return {};
  if (request.mode && (state->mode & kPermissionBits) != *request.mode &&
      ::chmod(path.c_str(), *request.mode) != 0) {
    request.log.warn("Failed to change unix socket permission",
                     {{"path", path}, {"error", describe_errno(errno)}});
  }
  return {path, *state};
}

BoundSocket open_bound(const UnixOpenRequest& request) {
  Descriptor descriptor(::socket(AF_UNIX, request.type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (descriptor.get() < 0) fail(request, "socket", errno);
  // Linux gives the file the mode of the socket, less the umask.
  if (request.mode) ::fchmod(descriptor.get(), *request.mode);
  int error = bind_unix(descriptor.get(), request.endpoint);
  if (error == EADDRINUSE && has_file(request.endpoint)) {
    remove_stale(request);
    error = bind_unix(descriptor.get(), request.endpoint);
    if (error == EADDRINUSE) throw SocketExists(request.endpoint.text, "a socket in use");
  }
  if (error != 0) fail(request, "bind", error);
  return {std::move(descriptor), AF_UNIX, request.endpoint.text,
          has_file(request.endpoint) ? take_file(request) : SocketFile()};
}

UnixOpenRequest request_for(int type, const Endpoint& endpoint, std::string_view mode,
                            const base::Log& log) {
  const std::string_view network = type == SOCK_DGRAM ? "unixgram" : "unix";
  return {type, endpoint, fmt::format("listen {} {}", network, endpoint.text),
          has_file(endpoint) ? read_mode(mode, log) : std::nullopt, log};
}

}  // namespace

BoundSocket open_unixgram(const Endpoint& endpoint, std::string_view mode, const base::Log& log) {
  return open_bound(request_for(SOCK_DGRAM, endpoint, mode, log));
}

BoundSocket open_unixstream(const Endpoint& endpoint, std::string_view mode, const base::Log& log) {
  const UnixOpenRequest request = request_for(SOCK_STREAM, endpoint, mode, log);
  BoundSocket socket = open_bound(request);
  if (::listen(socket.descriptor.get(), kBacklogWanted) != 0) fail(request, "listen", errno);
  return socket;
}

}  // namespace weir::net
