// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::app {

// A JSON value that a daemon answered. What is asked of a value of another type, or is not there,
// is null, empty, or none, so that a reader needs no check before each step. Values of its own; any
// thread may read it.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  // In their order; of a key that comes twice the last counts.
  using Object = std::vector<std::pair<std::string, JsonValue>>;
  using Data = std::variant<std::nullptr_t, bool, double, std::string, Array, Object>;

  JsonValue() = default;
  explicit JsonValue(Data data) : data_(std::move(data)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }
  // Of an object.
  [[nodiscard]] const JsonValue& operator[](std::string_view key) const;
  [[nodiscard]] const Object& members() const;
  // Of an array.
  [[nodiscard]] const Array& items() const;
  // What is too large for a double's 53 bits is rounded.
  [[nodiscard]] std::optional<double> number() const;
  [[nodiscard]] double number_or(double other) const { return number().value_or(other); }
  // A number that is not negative, without its fraction; 0 for any other.
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] bool is_true() const;

 private:
  Data data_;
};

// One JSON text of at most 16 MiB, nested 32 deep at most. None for anything else.
[[nodiscard]] std::optional<JsonValue> parse_json(std::string_view text);

}  // namespace weir::app
