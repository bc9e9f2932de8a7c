// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/rulefile/diagnostic.h"

namespace weir::rulefile {

// A spot in the mapping file. Both count from 1; the column counts bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  auto operator<=>(const Position&) const = default;
};

// `text` as a message may show it: on one line, with what cannot be seen escaped, and cut to a
// bounded length.
std::string printable(std::string_view text);

// What is wrong or doubtful about one file, found in any order and reported in the order of the
// file. Bounded: of very many diagnostics the first in the file are kept, the others counted. One
// thread.
class Diagnostics {
 public:
  static constexpr std::size_t kErrorsMax = 50;
  static constexpr std::size_t kWarningsMax = 100;

  // How many of each are kept.
  struct Limits {
    std::size_t errors_max = kErrorsMax;
    std::size_t warnings_max = kWarningsMax;
  };

  explicit Diagnostics(std::string file);
  Diagnostics(std::string file, const Limits& limits);

  // The file cannot be used. `hint` says what to do where `message` does not.
  void error(Position position, std::string message, std::string hint = {});
  void error(DiagnosticKind kind, Position position, std::string message, std::string hint = {});
  // The file can be used.
  void warn(DiagnosticKind kind, Position position, std::string message, std::string hint = {});
  // Reported once for all places with the same message: the first place, and how many there are.
  void warn_once(DiagnosticKind kind, Position position, std::string message,
                 std::string hint = {});

  // How many there were so far; the difference shows whether a part of the file had any.
  [[nodiscard]] std::size_t error_count() const { return error_count_; }
  [[nodiscard]] std::size_t unknown_key_count() const { return unknown_key_count_; }
  // Throws ConfigError with all faults when there were any.
  void throw_errors() const;
  [[nodiscard]] std::vector<Diagnostic> warnings() const;

 private:
  // The first in the file, sorted, and how many others there were.
  struct Kept {
    Severity severity;
    std::size_t size_max;
    std::vector<Diagnostic> sorted;
    std::size_t left_out = 0;
  };
  struct Repeated {
    Diagnostic first;
    std::size_t places = 0;
  };
  [[nodiscard]] Diagnostic make(Severity severity, DiagnosticKind kind, Position position,
                                std::string message, std::string hint) const;
  static void keep(Diagnostic diagnostic, Kept& kept);
  // With a last line about those that were left out.
  [[nodiscard]] std::vector<Diagnostic> listed(const Kept& kept) const;

  std::string file_;
  std::size_t error_count_ = 0;
  std::size_t unknown_key_count_ = 0;
  Kept errors_;
  Kept warnings_;
  std::vector<Repeated> repeated_;
};

}  // namespace weir::rulefile
