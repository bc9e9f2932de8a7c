// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/activation.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

#include "app/systemd/variables.h"

namespace weir::app {

namespace {

constexpr int kFirstDescriptor = 3;
// Of a descriptor without a name, as sd_listen_fds_with_names(3) has it.
constexpr std::string_view kUnknownName = "unknown";

std::size_t count_of(const std::string& fds) {
  const auto count = decimal(fds);
  if (count && *count <= kListenDescriptorsMax) return *count;
  throw BadListenVariables(fmt::format("LISTEN_FDS must be a number of at most {}, got '{}'",
                                       kListenDescriptorsMax, fds));
}

std::vector<std::string_view> split(std::string_view names) {
  std::vector<std::string_view> pieces;
  for (auto colon = names.find(':'); colon != std::string_view::npos; colon = names.find(':')) {
    pieces.push_back(names.substr(0, colon));
    names.remove_prefix(colon + 1);
  }
  pieces.push_back(names);
  return pieces;
}

}  // namespace

std::vector<NamedDescriptor> named_descriptors(const ListenVariables& variables, pid_t own_pid) {
  if (decimal(variables.pid) != static_cast<std::uint64_t>(own_pid)) return {};
  const std::size_t count = count_of(variables.fds);
  if (count == 0) return {};
  const auto names = variables.names ? split(*variables.names)
                                     : std::vector<std::string_view>(count, kUnknownName);
  if (names.size() != count) {
    throw BadListenVariables(
        fmt::format("LISTEN_FDNAMES must have as many names as LISTEN_FDS "
                    "says, which is {}, got {}",
                    count, names.size()));
  }
  std::vector<NamedDescriptor> descriptors;
  for (std::size_t i = 0; i < count; ++i) {
    descriptors.push_back({kFirstDescriptor + static_cast<int>(i), std::string(names[i])});
  }
  return descriptors;
}

ListenVariables listen_variables() {
  const char* const names = std::getenv("LISTEN_FDNAMES");  // NOLINT(concurrency-mt-unsafe)
  return {environment_value("LISTEN_PID"), environment_value("LISTEN_FDS"),
          names == nullptr ? std::nullopt : std::optional<std::string>(names)};
}

}  // namespace weir::app
