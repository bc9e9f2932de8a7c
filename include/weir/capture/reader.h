// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "weir/base/json_members.h"
#include "weir/capture/record.h"

namespace weir::capture {

// What is wrong with a file; its text begins with `line N: `.
class FormatError : public std::runtime_error {
 public:
  FormatError(std::uint64_t line, std::string_view what);
};

// Reads a capture file (docs/capture.md), or a file of plain StatsD lines, of which each is one
// record without transport and time: a file whose first line is no head of a capture is one.
// Holds one line at a time. Any bytes will do.
class Reader {
 public:
  // Reads the first line. `in` must outlive the reader. Throws FormatError.
  explicit Reader(std::istream& in);

  // The next record, whose texts are valid until the next call. False after the last one. Throws
  // FormatError; what comes after is not read. A last line that is cut short is taken for the end,
  // for so ends a capture whose disk is full.
  bool next(Record& record);

  // False for plain lines, of which nothing of the following is known.
  [[nodiscard]] bool is_capture() const { return is_capture_; }
  // Unix seconds.
  [[nodiscard]] double started() const { return started_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  // Once `next` has been false. None where a capture was cut off.
  [[nodiscard]] const std::optional<End>& end() const { return end_; }
  // What came in and is not in the file, as far as was read.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  // Of the record read last, or of the one that is wrong; from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  // The next line of the file to `text_`; false when there is none.
  bool read_line();
  void read_head();
  // False for the line at the end.
  bool read_record(Record& record);
  void take(const base::JsonMember& member, Record& record);
  [[noreturn]] void fail(std::string_view what) const;

  std::istream& in_;
  std::string buffer_;
  std::string_view text_;
  std::uint64_t line_ = 0;
  bool is_capture_ = false;
  bool is_first_ = false;  // the first line is a record, not read yet
  bool is_last_ = false;   // the line has no newline
  bool has_ended_ = false;
  double started_ = 0;
  std::string source_;
  std::optional<End> end_;
  std::uint64_t lost_ = 0;

  // Of the record read last.
  std::string transport_;
  std::string sender_;
  std::string listener_;
  std::string bytes_;
  bool has_bytes_ = false;
  bool is_end_ = false;
  bool is_note_ = false;
  End end_line_;
};

}  // namespace weir::capture
