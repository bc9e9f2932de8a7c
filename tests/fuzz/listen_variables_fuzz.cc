// SPDX-License-Identifier: Apache-2.0
// The environment by which a service manager hands over sockets, three variables with newlines
// between them: whatever they hold, descriptors count from 3, there are as many as names, and the
// names together are no longer than their variable.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/systemd/activation.h"
#include "app/systemd/environment.h"

namespace {

constexpr pid_t kOwnPid = 7;

std::string take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check(const std::vector<weir::app::NamedDescriptor>& descriptors, const std::string& names) {
  assert(descriptors.size() <= weir::app::kListenDescriptorsMax);
  std::string joined;
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    assert(descriptors[i].fd == static_cast<int>(i) + 3);
    if (i > 0) joined += ':';
    joined += descriptors[i].name;
  }
  assert(descriptors.empty() || joined == names);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  weir::app::ListenVariables variables;
  variables.pid = take_line(text);
  variables.fds = take_line(text);
  variables.names = std::string(text);
  static_cast<void>(weir::app::watchdog_time(variables.fds, variables.pid, kOwnPid));
  try {
    check(weir::app::named_descriptors(variables, kOwnPid), *variables.names);
  } catch (const weir::app::BadListenVariables&) {
  }
  return 0;
}
