// SPDX-License-Identifier: Apache-2.0
#include "http/content_encoding.h"

#include <optional>

#include "weir/base/ascii.h"

namespace weir::http {
namespace {

struct Element {
  std::string_view name;
  double weight = 1;
};

void skip_blanks(std::string_view& text) {
  while (!text.empty() && base::is_blank(text[0])) text.remove_prefix(1);
}

// Visible characters but separators; a slash counts as part of a name.
bool is_name_byte(char c) {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"[]?={} \t";
  return c > ' ' && c < 127 && kSeparators.find(c) == std::string_view::npos;
}

std::string_view take_name(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_name_byte(text[length])) ++length;
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

// `0`, `1`, `0.5`, `1.000`. Nothing when it starts otherwise.
std::optional<double> take_weight(std::string_view& text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  double weight = text[0] - '0';
  text.remove_prefix(1);
  if (!text.starts_with('.')) return weight;
  text.remove_prefix(1);
  double unit = 0.1;
  while (!text.empty() && base::is_digit(text[0])) {
    weight += (text[0] - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return weight;
}

// A weight is the only parameter an element may have; false when it has another or a malformed one,
// which ends the list.
bool take_parameter(std::string_view& text, double& weight) {
  skip_blanks(text);
  if (!text.starts_with(';')) return true;
  text.remove_prefix(1);
  skip_blanks(text);
  if (!text.starts_with("q=")) return false;
  text.remove_prefix(2);
  const auto given = take_weight(text);
  if (given) weight = *given;
  return given.has_value();
}

// Moves `text` past one element; nothing at the end or where the list is malformed.
std::optional<Element> take_element(std::string_view& text) {
  skip_blanks(text);
  Element element{take_name(text)};
  if (element.name.empty() || !take_parameter(text, element.weight)) return std::nullopt;
  skip_blanks(text);
  if (text.starts_with(',')) {
    text.remove_prefix(1);
  } else {
    text = {};
  }
  return element;
}

// The greatest weight the list gives to `offer`, -1 when it does not name it.
double weight_of(std::string_view offer, std::string_view list) {
  double best = -1;
  while (const auto element = take_element(list)) {
    const bool is_named = element->name == "*" || element->name == offer;
    if (is_named && element->weight > best) best = element->weight;
  }
  return best;
}

}  // namespace

std::string_view coding_name(ContentEncoding encoding) {
  switch (encoding) {
    case ContentEncoding::Identity: break;
    case ContentEncoding::Gzip: return "gzip";
    case ContentEncoding::Zstd: return "zstd";
  }
  return "identity";
}

ContentEncoding negotiate_encoding(std::string_view accept_encoding) {
  ContentEncoding best = ContentEncoding::Identity;
  double best_weight = weight_of(coding_name(best), accept_encoding);
  for (const ContentEncoding offer : {ContentEncoding::Gzip, ContentEncoding::Zstd}) {
    const double weight = weight_of(coding_name(offer), accept_encoding);
    if (weight <= best_weight) continue;
    best = offer;
    best_weight = weight;
  }
  return best_weight > 0 ? best : ContentEncoding::Identity;
}

}  // namespace weir::http
