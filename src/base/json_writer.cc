// SPDX-License-Identifier: Apache-2.0
#include "weir/base/json_writer.h"

#include <cmath>

#include "weir/base/escape.h"
#include "weir/base/number.h"

namespace weir::base {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_quoted(out_, name);
  out_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_quoted(out_, value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  separate();
  const bool is_number = std::isfinite(value);
  if (!is_number) out_ += '"';
  append_number(out_, value);
  if (!is_number) out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::count(std::uint64_t value) {
  separate();
  out_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
  return *this;
}

void JsonWriter::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

}  // namespace weir::base
