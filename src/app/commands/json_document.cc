// SPDX-License-Identifier: Apache-2.0
#include "app/commands/json_document.h"

#include <cmath>
#include <stdexcept>

// The library itself: in this file alone.
#include <boost/json/src.hpp>
#include <fmt/format.h>

namespace weir::app {

namespace {

std::unique_ptr<const boost::json::value> parse(std::string_view text) {
  if (text.size() > JsonDocument::kBytesMax) {
    throw std::runtime_error(
        fmt::format("the JSON is longer than {} bytes", JsonDocument::kBytesMax));
  }
  boost::json::parse_options options;
  options.max_depth = JsonDocument::kNestingMax;
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error) throw std::runtime_error(fmt::format("this is no JSON: {}", error.message()));
  return std::make_unique<const boost::json::value>(std::move(value));
}

}  // namespace

bool JsonValue::has_value() const { return value_ != nullptr && !value_->is_null(); }

JsonValue JsonValue::at(std::string_view key) const {
  const auto* const object = value_ == nullptr ? nullptr : value_->if_object();
  return JsonValue(object == nullptr ? nullptr : object->if_contains({key.data(), key.size()}));
}

std::vector<std::pair<std::string_view, JsonValue>> JsonValue::members() const {
  std::vector<std::pair<std::string_view, JsonValue>> found;
  const auto* const object = value_ == nullptr ? nullptr : value_->if_object();
  if (object == nullptr) return found;
  found.reserve(object->size());
  for (const auto& [key, value] : *object) {
    found.emplace_back(std::string_view(key.data(), key.size()), JsonValue(&value));
  }
  return found;
}

std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> found;
  const auto* const array = value_ == nullptr ? nullptr : value_->if_array();
  if (array == nullptr) return found;
  found.reserve(array->size());
  for (const auto& item : *array) found.emplace_back(&item);
  return found;
}

std::string_view JsonValue::text() const {
  const auto* const text = value_ == nullptr ? nullptr : value_->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

double JsonValue::number() const {
  if (value_ == nullptr || !value_->is_number()) return 0;
  return value_->to_number<double>();
}

std::uint64_t JsonValue::count() const {
  if (value_ == nullptr) return 0;
  if (const auto* const count = value_->if_uint64()) return *count;
  const auto value = number();
  constexpr double kCountMax = 9e15;
  return value > 0 && value < kCountMax ? static_cast<std::uint64_t>(value) : 0;
}

bool JsonValue::is_true() const {
  return value_ != nullptr && value_->is_bool() && value_->get_bool();
}

JsonDocument::JsonDocument(std::string_view text) : root_(parse(text)) {}

JsonDocument::~JsonDocument() = default;

JsonValue JsonDocument::root() const { return JsonValue(root_.get()); }

}  // namespace weir::app
