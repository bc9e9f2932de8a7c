// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace weir::webconfig {

// A file that cannot be read; `what()` says why, without its name.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The whole of the file at `path`, 1 MiB at most; never waits for a pipe's other end. Throws
// FileError.
[[nodiscard]] std::string read_small_file(const std::string& path);

// `path` as a file means it that is itself at `file`: from the folder of that file.
[[nodiscard]] std::string path_beside(const std::string& file, const std::string& path);

}  // namespace weir::webconfig
