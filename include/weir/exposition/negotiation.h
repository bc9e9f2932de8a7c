// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::exposition {

enum class Format : std::uint8_t {
  Text,                 // Prometheus text 0.0.4
  Text1,                // Prometheus text 1.0.0: the same lines under another type
  OpenMetrics001,       // OpenMetrics text 0.0.1: the same lines as 1.0.0 under another type
  OpenMetrics100,       // OpenMetrics text 1.0.0
  ProtobufDelimited,    // io.prometheus.client.MetricFamily, each after its length
  ProtobufText,         // the same message as protobuf text, over many lines
  ProtobufCompactText,  // the same on one line for each family
};

// What becomes of the characters of metric and label names that not every scraper can read: all but
// ASCII letters, digits, `_` and `:`.
enum class Escaping : std::uint8_t {
  AllowUtf8,    // they stay
  Underscores,  // each becomes `_`
  Dots,         // `.` becomes `_dot_`, `_` and all others `__`
  Values,       // each becomes its code point between two `_`, after a `U__` in front
};

// Which formats are chosen from.
enum class Offer : std::uint8_t {
  Reference,  // the reference's: text 0.0.4 and protobuf
  All,
};

struct Negotiated {
  Format format = Format::Text;
  Escaping escaping = Escaping::Underscores;
  // As it is in the answer's `Content-Type`.
  std::string content_type;
};

// What to answer a scrape with, for the value of its `Accept` header ("" when there is none), by
// the reference's algorithm (behaviour http.negotiation). Never fails: what is not understood is
// text 0.0.4. Any thread.
[[nodiscard]] Negotiated negotiate(std::string_view accept, Offer offer = Offer::Reference);

}  // namespace weir::exposition
