// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weir/capture/record.h"

namespace weir::capture {

// Appends the lines of a capture file (docs/capture.md) to a text: `begin`, any number of `record`,
// `end`. Does no I/O.
class Writer {
 public:
  // `out`, which may be emptied between two calls, must outlive the writer.
  explicit Writer(std::string& out) : out_(out) {}

  // `started` is in Unix seconds; `source` says what is captured, `udp 127.0.0.1:9125`.
  void begin(double started, std::string_view source);
  // Bytes that are no UTF-8 become base64.
  void record(const Record& record);
  // `lost` records, of all since the beginning, came in and are not written.
  void note_lost(double seconds, std::uint64_t lost);
  void end(const End& end);

 private:
  std::string& out_;
};

}  // namespace weir::capture
