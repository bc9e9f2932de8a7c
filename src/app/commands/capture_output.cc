// SPDX-License-Identifier: Apache-2.0
#include "app/commands/capture_output.h"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include <fmt/core.h>

namespace weir::app {

namespace {

constexpr std::size_t kPieceBytes = 65'536;
constexpr mode_t kMode = 0666;

int open_file(const std::string& path) {
  if (path == "-") return -1;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (fd >= 0) return fd;
  throw std::runtime_error(fmt::format("cannot write {}: {}", path, net::describe_errno(errno)));
}

}  // namespace

CaptureOutput::CaptureOutput(const std::string& path, std::uint64_t bytes_max)
    : path_(path),
      bytes_max_(bytes_max),
      file_(open_file(path)),
      fd_(file_.get() < 0 ? STDOUT_FILENO : file_.get()),
      writer_(text_) {}

void CaptureOutput::begin(double started, std::string_view source) {
  writer_.begin(started, source);
  flush();
}

bool CaptureOutput::add(const capture::Record& record) {
  const std::size_t size = text_.size();
  writer_.record(record);
  return keep(size, true);
}

bool CaptureOutput::add_line(std::string_view line, bool is_record) {
  const std::size_t size = text_.size();
  text_ += line;
  return keep(size, is_record);
}

bool CaptureOutput::keep(std::size_t size, bool is_record) {
  if (bytes_max_ > 0 && bytes() > bytes_max_) {
    text_.resize(size);
    return false;
  }
  if (is_record) ++records_;
  if (text_.size() >= kPieceBytes) flush();
  return true;
}

void CaptureOutput::end(double seconds, std::uint64_t lost) {
  writer_.end({.seconds = seconds, .records = records_, .lost = lost});
  flush();
}

void CaptureOutput::flush() {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const ssize_t size = ::write(fd_, rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      throw std::runtime_error(
          fmt::format("cannot write {}: {}", path_, net::describe_errno(errno)));
    }
    written_ += static_cast<std::size_t>(size);
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  text_.clear();
}

}  // namespace weir::app
