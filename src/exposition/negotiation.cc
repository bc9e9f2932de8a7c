// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/negotiation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "weir/base/number.h"
#include "weir/base/take_until.h"

namespace weir::exposition {
namespace {

// Far more than any scraper sends; sorting is quadratic. What comes later is ignored.
constexpr std::size_t kClausesMax = 256;

// One entry of the header, as far as the choice depends on it. Borrows from the header.
struct Clause {
  std::string_view type;
  std::string_view subtype;
  float quality = 1;
  std::string_view version;
  std::string_view proto;
  std::string_view encoding;
  std::string_view escaping;
};

// Only spaces, as in the reference: a tab is part of the word.
std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Single precision, as in the reference; what is not a number counts as 0.
float parse_quality(std::string_view text) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  const double value = base::parse_number(text).value;
  if (std::abs(value) > kLargest) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    return value > 0 ? kInfinity : -kInfinity;
  }
  return static_cast<float>(value);
}

// `text` is `name=value`; anything else is ignored.
void parse_parameter(std::string_view text, Clause& clause) {
  const std::string_view name = trimmed(base::take_until(text, '='));
  const std::string_view value = base::take_until(text, '=');
  if (value.empty() || !text.empty()) return;
  if (name == "q") {
    clause.quality = parse_quality(value);
  } else if (name == "version") {
    clause.version = trimmed(value);
  } else if (name == "proto") {
    clause.proto = trimmed(value);
  } else if (name == "encoding") {
    clause.encoding = trimmed(value);
  } else if (name == "escaping") {
    clause.escaping = trimmed(value);
  }
}

std::optional<Clause> parse_clause(std::string_view text) {
  Clause clause;
  std::string_view subtype = base::take_until(text, ';');
  clause.type = trimmed(base::take_until(subtype, '/'));
  if (subtype.empty()) {
    if (clause.type != "*") return std::nullopt;
    subtype = "*";
  }
  std::string_view beyond = subtype;
  clause.subtype = trimmed(base::take_until(beyond, '/'));
  if (!beyond.empty()) return std::nullopt;
  while (!text.empty()) parse_parameter(base::take_until(text, ';'), clause);
  return clause;
}

// Not an order in the strict sense: a concrete type comes before a wildcard whatever their
// qualities. The reference sorts with it nevertheless, so `sort_by_preference` must compare the
// same pairs.
bool is_preferred(const Clause& left, const Clause& right) {
  if (left.quality > right.quality) return true;
  if (left.type != "*" && right.type == "*") return true;
  return left.subtype != "*" && right.subtype == "*";
}

// By insertion, as the reference's library sorts so few elements.
void sort_by_preference(std::vector<Clause>& clauses) {
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    for (std::size_t j = i; j > 0 && is_preferred(clauses[j], clauses[j - 1]); --j) {
      std::swap(clauses[j], clauses[j - 1]);
    }
  }
}

std::vector<Clause> parse_accept(std::string_view accept) {
  std::vector<Clause> clauses;
  while (!accept.empty() && clauses.size() < kClausesMax) {
    const std::optional<Clause> clause = parse_clause(trimmed(base::take_until(accept, ',')));
    if (clause) clauses.push_back(*clause);
  }
  sort_by_preference(clauses);
  return clauses;
}

std::optional<Format> text_of(const Clause& clause, Offer offer) {
  if (clause.version.empty() || clause.version == "0.0.4") return Format::Text;
  if (clause.version == "1.0.0" && offer == Offer::All) return Format::Text1;
  return std::nullopt;
}

std::optional<Format> openmetrics_of(const Clause& clause, Offer offer) {
  if (offer != Offer::All) return std::nullopt;
  if (clause.version == "1.0.0") return Format::OpenMetrics100;
  if (clause.version.empty() || clause.version == "0.0.1") return Format::OpenMetrics001;
  return std::nullopt;
}

std::optional<Format> protobuf_of(const Clause& clause) {
  if (clause.proto != "io.prometheus.client.MetricFamily") return std::nullopt;
  if (clause.encoding == "delimited") return Format::ProtobufDelimited;
  if (clause.encoding == "text") return Format::ProtobufText;
  if (clause.encoding == "compact-text") return Format::ProtobufCompactText;
  return std::nullopt;
}

std::optional<Format> format_of(const Clause& clause, Offer offer) {
  if (clause.type == "text" && clause.subtype == "plain") return text_of(clause, offer);
  if (clause.type != "application") return std::nullopt;
  if (clause.subtype == "openmetrics-text") return openmetrics_of(clause, offer);
  return clause.subtype == "vnd.google.protobuf" ? protobuf_of(clause) : std::nullopt;
}

// By the values of Escaping, as headers name them.
constexpr std::array<std::string_view, 4> kEscapings = {"allow-utf-8", "underscores", "dots",
                                                        "values"};

std::string_view media_type(Format format) {
  switch (format) {
    case Format::Text: break;
    case Format::Text1: return "text/plain; version=1.0.0; charset=utf-8";
    case Format::OpenMetrics001:
      return "application/openmetrics-text; version=0.0.1; charset=utf-8";
    case Format::OpenMetrics100:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case Format::ProtobufDelimited:
      return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
             "encoding=delimited";
    case Format::ProtobufText:
      return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
             "encoding=text";
    case Format::ProtobufCompactText:
      return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
             "encoding=compact-text";
  }
  return "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace

Negotiated negotiate(std::string_view accept, Offer offer) {
  Negotiated made;
  for (const Clause& clause : parse_accept(accept)) {
    // Remembered even when the clause itself is not taken.
    const auto* const escaping = std::ranges::find(kEscapings, clause.escaping);
    if (escaping != kEscapings.end()) {
      made.escaping = static_cast<Escaping>(escaping - kEscapings.begin());
    }
    const std::optional<Format> format = format_of(clause, offer);
    if (!format) continue;
    made.format = *format;
    break;
  }
  made.content_type = media_type(made.format);
  made.content_type += "; escaping=";
  made.content_type += kEscapings.at(static_cast<std::size_t>(made.escaping));
  return made;
}

}  // namespace weir::exposition
