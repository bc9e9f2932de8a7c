// SPDX-License-Identifier: Apache-2.0
#include "weir/http/query.h"

#include <algorithm>
#include <optional>

#include "http/target.h"
#include "weir/base/take_until.h"

namespace weir::http {
namespace {

std::optional<std::string> decode(std::string_view text) {
  if (text.find(';') != std::string_view::npos) return std::nullopt;
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decode_escapes(spaced);
}

}  // namespace

std::vector<std::string> query_values(std::string_view query, std::string_view key) {
  std::vector<std::string> values;
  while (!query.empty()) {
    std::string_view text = base::take_until(query, '&');
    const auto name = decode(base::take_until(text, '='));
    auto value = decode(text);
    if (name == key && value) values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace weir::http
