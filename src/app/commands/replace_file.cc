// SPDX-License-Identifier: Apache-2.0
#include "app/commands/replace_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "weir/base/errno.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

constexpr mode_t kModeBits = 07777;

// Reads `errno`.
[[noreturn]] void fail(std::string_view path) {
  throw std::runtime_error(fmt::format("{}: cannot be written: {}", path, base::errno_text(errno)));
}

std::string resolved(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> target(::realpath(path.c_str(), nullptr));
  if (!target) fail(path);
  return target.get();
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A file beside the one that it becomes; removed unless it has.
class Replacement {
 public:
  explicit Replacement(const std::string& target)
      : target_(target), path_(target + ".XXXXXX"), file_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (file_.get() < 0) fail(target_);
  }
  ~Replacement() {
    if (!is_published_) ::unlink(path_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  // Before the mode, of which a new owner takes bits away.
  void take_after(const struct stat& old) {
    struct stat made {};
    if (::fstat(file_.get(), &made) != 0) fail(target_);
    const bool is_owner_same = made.st_uid == old.st_uid && made.st_gid == old.st_gid;
    if (!is_owner_same && ::fchown(file_.get(), old.st_uid, old.st_gid) != 0) fail(target_);
    if (::fchmod(file_.get(), old.st_mode & kModeBits) != 0) fail(target_);
  }

  void put(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(file_.get(), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(target_);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file_.get()) != 0) fail(target_);
  }

  void publish() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_);
    is_published_ = true;
    const net::Descriptor folder(
        ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) fail(target_);
  }

 private:
  const std::string& target_;
  std::string path_;
  net::Descriptor file_;
  bool is_published_ = false;
};

}  // namespace

void replace_file(const std::string& path, std::string_view text) {
  const auto target = resolved(path);
  struct stat old {};
  if (::stat(target.c_str(), &old) != 0) fail(path);
  if (!S_ISREG(old.st_mode)) {
    throw std::runtime_error(fmt::format("{}: cannot be written: it is no regular file", path));
  }
  Replacement replacement(target);
  replacement.take_after(old);
  replacement.put(text);
  replacement.publish();
}

}  // namespace weir::app
