// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::exposition {

enum class Format : std::uint8_t {
  Text,                 // Prometheus text 0.0.4
  ProtobufDelimited,    // io.prometheus.client.MetricFamily, each after its length
  ProtobufText,         // the same message as protobuf text, over many lines
  ProtobufCompactText,  // the same on one line for each family
};

struct Negotiated {
  Format format = Format::Text;
  // As it is in the answer's `Content-Type`.
  std::string content_type;
};

// What to answer a scrape with, for the value of its `Accept` header ("" when there is none), by
// the reference's algorithm (behaviour http.negotiation). Never OpenMetrics.
[[nodiscard]] Negotiated negotiate(std::string_view accept);

}  // namespace weir::exposition
