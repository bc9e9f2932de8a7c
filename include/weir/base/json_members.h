// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::base {

// A key of a JSON object and its value.
struct JsonMember {
  enum class Kind : std::uint8_t { Text, Number, Boolean, Null, Nested };

  std::string_view key;
  Kind kind = Kind::Null;
  std::string_view text;  // of a text
  double number = 0;      // of a number
  bool is_true = false;   // of a boolean
};

// Reads one flat JSON object (RFC 8259), member by member, whatever bytes it is given. Arrays and
// objects inside are checked and left out, to a depth of 32. Allocates for texts with escapes only.
class JsonMembers {
 public:
  // `json` must outlive it.
  explicit JsonMembers(std::string_view json);

  // The next member, whose texts are valid until the next call. False after the last, and for good
  // where the text is not one JSON object and blanks.
  bool next(JsonMember& member);
  // What is wrong, in a few words; "" as long as nothing is.
  [[nodiscard]] std::string_view fault() const { return fault_; }

 private:
  // Those that read return false for a fault, which they have noted.
  bool fail(std::string_view fault);
  bool begin_member();
  bool read_value(JsonMember& member, std::size_t depth);
  bool read_text(std::string& storage, std::string_view& text);
  bool append_escape(std::string& storage);
  bool read_code_unit(char32_t& unit);
  bool read_number(double& number);
  bool read_word(std::string_view word);
  bool skip_array(std::size_t depth);
  bool skip_object(std::size_t depth);

  bool end();
  void skip_blanks();
  // Whether `c` comes now, which is then read.
  bool take(char c);
  bool take_digits();

  std::string_view rest_;
  std::string_view fault_;
  std::string key_;
  std::string text_;
  bool has_begun_ = false;
  bool has_ended_ = false;
};

}  // namespace weir::base
