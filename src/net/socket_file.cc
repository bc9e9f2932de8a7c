// SPDX-License-Identifier: Apache-2.0
#include "weir/net/socket_file.h"

#include <sys/stat.h>
#include <unistd.h>

namespace weir::net {

std::optional<FileState> file_state(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return FileState{status.st_dev, status.st_ino, status.st_mode};
}

bool unlink_if_same(const std::string& path, const FileState& expected) {
  const auto state = file_state(path);
  if (!state || !state->is_same_file(expected)) return true;
  return ::unlink(path.c_str()) == 0;
}

void SocketFile::remove() {
  if (!path_.empty()) unlink_if_same(path_, state_);
  path_.clear();
}

}  // namespace weir::net
