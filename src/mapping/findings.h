// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// A spot in the mapping file. Both count from 1; the column counts bytes.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
  auto operator<=>(const Place&) const = default;
};

// `text` as a message may show it: on one line, with what cannot be seen escaped, and cut to a
// bounded length.
std::string shown(std::string_view text);

// What is wrong or doubtful about one file, found in any order and told in the order of the file.
// One thread.
class Findings {
 public:
  static constexpr std::size_t kWarningsMax = 100;

  explicit Findings(std::string file) : file_(std::move(file)) {}

  // The file cannot be used. Of all faults the first in the file is kept.
  void fault(Place place, std::string message);
  // The file can be used. Beyond `kWarningsMax` warnings are only counted.
  void warn(Place place, std::string message);

  // Throws ConfigError when a fault was found.
  void throw_first_fault() const;
  // One line each, `file:line:column: message`.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  struct Finding {
    Place place;
    std::string message;
  };
  std::string file_;
  bool has_fault_ = false;
  Finding first_fault_;
  std::vector<Finding> warnings_;
  std::size_t warnings_left_out_ = 0;
};

}  // namespace weir::mapping
