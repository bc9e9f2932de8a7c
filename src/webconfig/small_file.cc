// SPDX-License-Identifier: Apache-2.0
#include "webconfig/small_file.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace weir::webconfig {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kChunkBytes = 16384;

class File {
 public:
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (fd_ < 0) fail();
  }
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // "" at the end.
  std::string read() {
    std::array<char, kChunkBytes> chunk;
    ssize_t count = 0;
    do {
      count = ::read(fd_, chunk.data(), chunk.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) fail();
    return {chunk.data(), static_cast<std::size_t>(count)};
  }

 private:
  [[noreturn]] static void fail() { throw FileError(std::generic_category().message(errno)); }

  int fd_;
};

}  // namespace

std::string read_small_file(const std::string& path) {
  File file(path);
  std::string text;
  while (true) {
    const std::string chunk = file.read();
    if (chunk.empty()) return text;
    text += chunk;
    if (text.size() > kFileBytesMax) throw FileError("it is larger than 1 MiB");
  }
}

std::string path_beside(const std::string& file, const std::string& path) {
  const auto slash = file.rfind('/');
  if (path.starts_with('/') || slash == std::string::npos) return path;
  return file.substr(0, slash + 1) + path;
}

}  // namespace weir::webconfig
