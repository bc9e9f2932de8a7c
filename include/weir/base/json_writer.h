// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::base {

// Appends one JSON value to a string, piece by piece, without blanks. Commas come by themselves;
// that objects and arrays are closed, and that a value follows each key, is up to the caller.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return close('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  // As `append_json_quoted` writes it.
  JsonWriter& text(std::string_view value);
  // What is not finite, for which JSON has no number, becomes the text `NaN`, `+Inf` or `-Inf`.
  JsonWriter& number(double value);
  JsonWriter& count(std::uint64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  // Before each value and each key.
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace weir::base
