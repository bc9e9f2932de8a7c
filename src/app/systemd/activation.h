// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <vector>

namespace weir::app {

// The variables by which a service manager hands over open sockets (sd_listen_fds(3)), as the
// environment has them.
struct ListenVariables {
  std::string pid;                   // $LISTEN_PID, "" when it is not set
  std::string fds;                   // $LISTEN_FDS, the same
  std::optional<std::string> names;  // $LISTEN_FDNAMES, nothing when it is not set
};

// They say something that cannot be; `what()` is one line.
class BadListenVariables : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An open descriptor and what the socket unit calls it.
struct NamedDescriptor {
  int fd;
  std::string name;
};

// More are an error.
inline constexpr std::size_t kListenDescriptorsMax = 1024;

// What the variables name, in their order; nothing when they are meant for another process than
// `own_pid`. Looks at no descriptor. Throws BadListenVariables.
[[nodiscard]] std::vector<NamedDescriptor> named_descriptors(const ListenVariables& variables,
                                                             pid_t own_pid);

// While there is one thread.
[[nodiscard]] ListenVariables listen_variables();

}  // namespace weir::app
