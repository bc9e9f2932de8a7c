// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weir/capture/writer.h"
#include "weir/net/open_socket.h"

namespace weir::app {

// The file that a capture goes to, or standard output. Collects lines and writes many at once.
class CaptureOutput {
 public:
  // `-` is standard output. An old file is emptied. Never grows above `bytes_max`, but for its last
  // line; 0 is no bound. Throws std::runtime_error.
  CaptureOutput(const std::string& path, std::uint64_t bytes_max);
  CaptureOutput(const CaptureOutput&) = delete;
  CaptureOutput& operator=(const CaptureOutput&) = delete;

  [[nodiscard]] bool is_standard_output() const { return fd_ == 1; }
  // These throw std::runtime_error when the file cannot be written.
  void begin(double started, std::string_view source);
  // False when the file is full: nothing of the record is written.
  bool add(const capture::Record& record);
  void end(double seconds, std::uint64_t lost);
  // Writes what is collected.
  void flush();
  // A line of a capture that was written elsewhere, with its newline; false as for `add`.
  bool add_line(std::string_view line, bool is_record);

  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::uint64_t bytes() const { return written_ + text_.size(); }

 private:
  // Takes back what was collected after `size` bytes where it is too much; else counts a record.
  bool keep(std::size_t size, bool is_record);

  const std::string path_;
  const std::uint64_t bytes_max_;
  net::Descriptor file_;
  const int fd_;
  std::string text_;
  capture::Writer writer_;
  std::uint64_t written_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace weir::app
