// SPDX-License-Identifier: Apache-2.0
#include "app/commands/sent_lines.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/core.h>

#include "weir/capture/reader.h"

namespace weir::app {

namespace {

void take_lines(std::string_view bytes, bool is_capture,
                const std::function<void(std::string_view)>& take) {
  do {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    auto line = bytes.substr(0, end);
    // Files of lines may come from elsewhere; what a capture has was sent.
    if (!is_capture && line.ends_with('\r')) line.remove_suffix(1);
    take(line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  } while (!bytes.empty());
}

}  // namespace

std::uint64_t read_sent_lines(const std::string& path,
                              const std::function<void(std::string_view)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::system_error(errno, std::generic_category(), path);
  if (std::filesystem::is_directory(path)) {
    throw std::system_error(EISDIR, std::generic_category(), path);
  }
  capture::Reader reader(file);
  capture::Record record;
  std::uint64_t left_out = 0;
  while (reader.next(record)) {
    if (capture::is_foreign(record)) {
      ++left_out;
    } else {
      take_lines(record.bytes, reader.is_capture(), take);
    }
  }
  return left_out;
}

std::string left_out_text(const std::string& path, std::uint64_t left_out) {
  if (left_out == 0) return {};
  return fmt::format("{}: {} lines of other protocols than StatsD left out\n", path, left_out);
}

}  // namespace weir::app
