// SPDX-License-Identifier: Apache-2.0
#include "weir/capture/writer.h"

#include <iterator>

#include <fmt/format.h>

#include "weir/base/base64.h"
#include "weir/base/escape.h"
#include "weir/base/utf8.h"

namespace weir::capture {

namespace {

// To the microsecond.
void append_seconds(std::string& out, double seconds) {
  fmt::format_to(std::back_inserter(out), "{:.6f}", seconds);
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += ",\"";
  out += key;
  out += "\":";
  base::append_json_quoted(out, text);
}

}  // namespace

void Writer::begin(double started, std::string_view source) {
  out_ += "{\"weir_capture\":1,\"started\":";
  append_seconds(out_, started);
  append_member(out_, "source", source);
  out_ += "}\n";
}

void Writer::record(const Record& record) {
  out_ += "{\"t\":";
  append_seconds(out_, record.seconds);
  append_member(out_, "transport", record.transport);
  append_member(out_, "sender", record.sender);
  append_member(out_, "listener", record.listener);
  if (base::is_utf8(record.bytes)) {
    out_ += ",\"data\":";
    base::append_json_quoted(out_, record.bytes);
  } else {
    out_ += ",\"base64\":\"";
    base::append_base64(out_, record.bytes);
    out_ += '"';
  }
  out_ += "}\n";
}

void Writer::note_lost(double seconds, std::uint64_t lost) {
  out_ += "{\"t\":";
  append_seconds(out_, seconds);
  fmt::format_to(std::back_inserter(out_), ",\"lost\":{}}}\n", lost);
}

void Writer::end(const End& end) {
  out_ += "{\"end\":";
  append_seconds(out_, end.seconds);
  fmt::format_to(std::back_inserter(out_), ",\"records\":{},\"lost\":{}}}\n", end.records,
                 end.lost);
}

}  // namespace weir::capture
