// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>

namespace weir::net {

// What a path leads to; a link is itself, not what it points to.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0;  // kind and permissions

  [[nodiscard]] bool is_same_file(const FileState& other) const {
    return device == other.device && inode == other.inode;
  }
};

// Nothing when the path cannot be looked at; `errno` says why.
[[nodiscard]] std::optional<FileState> file_state(const std::string& path);

// Removes `path` while it is still the file `expected`. False, with `errno`, when that failed;
// another file or none is no failure.
bool unlink_if_same(const std::string& path, const FileState& expected);

// The file of a bound unix socket, removed along with this object unless another one has taken its
// place. The socket must stay open until then: once it is closed, its inode may serve a new file.
class SocketFile {
 public:
  // No file, as with IP sockets and abstract names.
  SocketFile() = default;
  SocketFile(std::string path, const FileState& state) : path_(std::move(path)), state_(state) {}
  SocketFile(SocketFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), state_(other.state_) {}
  SocketFile& operator=(SocketFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(state_, other.state_);
    return *this;
  }
  ~SocketFile() { remove(); }

  void remove();

 private:
  std::string path_;
  FileState state_;
};

}  // namespace weir::net
