// SPDX-License-Identifier: Apache-2.0
#include "state/file_writer.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "state/descriptor.h"
#include "state/framing.h"
#include "weir/base/errno.h"
#include "weir/base/thread.h"

namespace weir::state {

namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Of a step that failed; reads `errno`.
std::string failure(std::string_view step) {
  return fmt::format("{}: {}", step, base::errno_text(errno));
}

}  // namespace

// The steps, on the writer's thread. Each returns "" or what has failed.
class FileWriter::Writing {
 public:
  Writing(const std::string& path, Shared& shared)
      : path_(path), temporary_(path + ".tmp"), shared_(shared) {}

  std::string write(base::UnixTime saved_at, std::uint32_t version) {
    std::string error = open();
    if (!error.empty()) return error;
    error = put_all(saved_at, version);
    if (error.empty()) error = publish();
    // To make room where there was too little.
    if (!error.empty()) ::unlink(temporary_.c_str());
    return error;
  }

 private:
  std::string open() {
    constexpr int kMode = 0600;
    file_ =
        Descriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
    if (!file_) return failure("cannot open " + temporary_);
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 || !is_still_there()) {
      return "another process is writing " + temporary_;
    }
    if (::ftruncate(file_.get(), 0) != 0) return failure("cannot empty " + temporary_);
    return {};
  }

  // Another process may have renamed it since it was opened.
  bool is_still_there() const {
    struct stat opened {};
    struct stat named {};
    return ::fstat(file_.get(), &opened) == 0 && ::stat(temporary_.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
  }

  std::string put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failure("cannot write " + temporary_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
      bytes_ += static_cast<std::uint64_t>(written);
    }
    return {};
  }

  std::string put_block(std::string_view records) {
    std::string error = put(framing_.block_header(records));
    return error.empty() ? put(records) : error;
  }

  std::string put_all(base::UnixTime saved_at, std::uint32_t version) {
    std::string error = put(framing_.header(saved_at, version));
    while (error.empty()) {
      std::unique_lock lock(shared_.mutex);
      shared_.changed.wait(lock, [this] {
        return !shared_.blocks.empty() || shared_.is_finished || shared_.is_cancelled;
      });
      if (shared_.is_cancelled) return "given up";
      if (shared_.blocks.empty()) break;
      const std::string records = std::move(shared_.blocks.front());
      shared_.blocks.pop_front();
      lock.unlock();
      error = put_block(records);
      lock.lock();
      shared_.waiting_bytes -= records.size();
    }
    return error.empty() ? put(framing_.trailer(shared_.series)) : error;
  }

  std::string publish() {
    if (::fsync(file_.get()) != 0) return failure("cannot sync " + temporary_);
    {
      const std::scoped_lock lock(shared_.mutex);
      if (shared_.is_cancelled) return "given up";
      shared_.bytes = bytes_;
    }
    if (::rename(temporary_.c_str(), path_.c_str()) != 0)
      return failure("cannot rename to " + path_);
    const Descriptor folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return failure("cannot sync the folder of " + path_);
    return {};
  }

  const std::string& path_;
  const std::string temporary_;
  Shared& shared_;
  Descriptor file_{-1};
  Framing framing_;
  std::uint64_t bytes_ = 0;
};

FileWriter::FileWriter(std::string path, base::UnixTime saved_at, std::function<void()> on_end,
                       std::uint32_t version)
    : thread_([this, path = std::move(path), saved_at, on_end = std::move(on_end), version] {
        base::name_thread("weir-state");
        base::give_way();
        std::string error = Writing(path, shared_).write(saved_at, version);
        {
          const std::scoped_lock lock(shared_.mutex);
          shared_.error = std::move(error);
          shared_.is_done = true;
        }
        shared_.changed.notify_all();
        if (on_end) on_end();
      }) {}

FileWriter::~FileWriter() {
  cancel();
  thread_.join();
}

void FileWriter::push(std::string records) {
  if (records.empty()) return;
  {
    const std::scoped_lock lock(shared_.mutex);
    shared_.waiting_bytes += records.size();
    shared_.blocks.push_back(std::move(records));
  }
  shared_.changed.notify_all();
}

void FileWriter::finish(std::uint64_t series) {
  {
    const std::scoped_lock lock(shared_.mutex);
    shared_.series = series;
    shared_.is_finished = true;
  }
  shared_.changed.notify_all();
}

void FileWriter::cancel() {
  {
    const std::scoped_lock lock(shared_.mutex);
    shared_.is_cancelled = true;
  }
  shared_.changed.notify_all();
}

std::size_t FileWriter::waiting_bytes() const {
  const std::scoped_lock lock(shared_.mutex);
  return shared_.waiting_bytes;
}

bool FileWriter::is_done() const {
  const std::scoped_lock lock(shared_.mutex);
  return shared_.is_done;
}

bool FileWriter::wait(base::TimePoint deadline) const {
  std::unique_lock lock(shared_.mutex);
  return shared_.changed.wait_until(lock, deadline, [this] { return shared_.is_done; });
}

std::string FileWriter::error() const {
  const std::scoped_lock lock(shared_.mutex);
  return shared_.error;
}

std::uint64_t FileWriter::bytes() const {
  const std::scoped_lock lock(shared_.mutex);
  return shared_.bytes;
}

}  // namespace weir::state
