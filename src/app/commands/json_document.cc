// SPDX-License-Identifier: Apache-2.0
#include "app/commands/json_document.h"

#include <algorithm>
#include <cstddef>

// The library comes with these, and needs no linking.
#include <boost/json/src.hpp>

namespace weir::app {

namespace {

namespace json = boost::json;

constexpr std::size_t kBytesMax = std::size_t{16} << 20U;
constexpr std::size_t kDepthMax = 32;

JsonValue copied(const json::value& value);

JsonValue copied_array(const json::array& array) {
  JsonValue::Array items;
  items.reserve(array.size());
  for (const auto& item : array) items.push_back(copied(item));
  return JsonValue(std::move(items));
}

JsonValue copied_object(const json::object& object) {
  JsonValue::Object members;
  members.reserve(object.size());
  for (const auto& [key, value] : object) members.emplace_back(std::string(key), copied(value));
  return JsonValue(std::move(members));
}

JsonValue copied(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: break;
    case json::kind::bool_: return JsonValue(value.get_bool());
    case json::kind::int64: return JsonValue(static_cast<double>(value.get_int64()));
    case json::kind::uint64: return JsonValue(static_cast<double>(value.get_uint64()));
    case json::kind::double_: return JsonValue(value.get_double());
    case json::kind::string: {
      const auto& text = value.get_string();
      return JsonValue(std::string(text.data(), text.size()));
    }
    case json::kind::array: return copied_array(value.get_array());
    case json::kind::object: return copied_object(value.get_object());
  }
  return {};
}

// The value of `data` if it has that type, else an empty one that lives on.
template <typename Type>
const Type& value_or_empty(const JsonValue::Data& data) {
  static const Type kEmpty{};
  const auto* const found = std::get_if<Type>(&data);
  return found == nullptr ? kEmpty : *found;
}

}  // namespace

const JsonValue& JsonValue::operator[](std::string_view key) const {
  static const JsonValue kNull;
  const auto& found = members();
  const auto at =
      std::ranges::find_if(found, [key](const auto& member) { return member.first == key; });
  return at == found.end() ? kNull : at->second;
}

const JsonValue::Object& JsonValue::members() const { return value_or_empty<Object>(data_); }

const JsonValue::Array& JsonValue::items() const { return value_or_empty<Array>(data_); }

std::optional<double> JsonValue::number() const {
  const auto* const found = std::get_if<double>(&data_);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::uint64_t JsonValue::count() const {
  constexpr double kMax = 1e18;
  return static_cast<std::uint64_t>(std::clamp(number_or(0), 0.0, kMax));
}

const std::string& JsonValue::text() const { return value_or_empty<std::string>(data_); }

bool JsonValue::is_true() const {
  const auto* const found = std::get_if<bool>(&data_);
  return found != nullptr && *found;
}

std::optional<JsonValue> parse_json(std::string_view text) {
  if (text.size() > kBytesMax) return std::nullopt;
  json::parse_options options;
  options.max_depth = kDepthMax;
  boost::system::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return std::nullopt;
  return copied(value);
}

}  // namespace weir::app
