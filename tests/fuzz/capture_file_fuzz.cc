// SPDX-License-Identifier: Apache-2.0
// Whatever bytes a capture file has, they are read or refused with the line that is wrong. What was
// read of it comes back the same when it is written and read again, and so do the bytes of the file
// as a record of their own.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "weir/capture/reader.h"
#include "weir/capture/writer.h"

namespace {

using namespace weir::capture;

struct Kept {
  double seconds;
  std::string transport, sender, listener, bytes;
  bool operator==(const Kept&) const = default;
};

Kept keep(const Record& record) {
  return {record.seconds, std::string(record.transport), std::string(record.sender),
          std::string(record.listener), std::string(record.bytes)};
}

// Those before what is wrong.
std::vector<Kept> read(const std::string& file) {
  std::vector<Kept> records;
  std::istringstream in(file);
  try {
    Reader reader(in);
    Record record;
    while (reader.next(record)) records.push_back(keep(record));
  } catch (const FormatError& error) {
    assert(std::string_view(error.what()).starts_with("line "));
  }
  return records;
}

std::string write(const std::vector<Kept>& records) {
  std::string file;
  Writer writer(file);
  writer.begin(0, "fuzz");
  for (const Kept& kept : records) {
    writer.record({kept.seconds, kept.transport, kept.sender, kept.listener, kept.bytes});
  }
  writer.end({});
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string file(reinterpret_cast<const char*>(data), size);
  std::vector<Kept> records = read(file);
  records.push_back({1, "udp", "a", "b", file});
  // Times are written to the microsecond.
  for (Kept& kept : records) kept.seconds = 0.5;
  assert(read(write(records)) == records);
  return 0;
}
