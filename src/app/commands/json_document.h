// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::json {
class value;
}  // namespace boost::json

namespace weir::app {

// A value of a JSON document, for commands that ask a daemon: what is absent or of another kind
// than it is asked for reads as empty, so that a command goes on with what a newer or older daemon
// says. Borrows from the document.
class JsonValue {
 public:
  explicit JsonValue(const boost::json::value* value) : value_(value) {}

  // There is a value, and it is not null.
  [[nodiscard]] bool has_value() const;
  // The member of an object.
  [[nodiscard]] JsonValue at(std::string_view key) const;
  // All members of an object, in order.
  [[nodiscard]] std::vector<std::pair<std::string_view, JsonValue>> members() const;
  // Those of an array, in order.
  [[nodiscard]] std::vector<JsonValue> items() const;
  [[nodiscard]] std::string_view text() const;
  // Of any number; 0 without one. A negative or broken number has no count.
  [[nodiscard]] double number() const;
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool is_true() const;

 private:
  // Null for what is absent.
  const boost::json::value* value_;
};

// One JSON text, as RFC 8259 has it. Nothing in it refers to the text.
class JsonDocument {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20;
  static constexpr std::size_t kNestingMax = 32;

  // Throws std::runtime_error, which says what is wrong, for what is no JSON or beyond the bounds.
  explicit JsonDocument(std::string_view text);
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] JsonValue root() const;

 private:
  std::unique_ptr<const boost::json::value> root_;
};

}  // namespace weir::app
