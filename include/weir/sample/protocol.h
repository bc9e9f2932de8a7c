// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::sample {

// What a line is written in.
enum class Protocol : std::uint8_t { Statsd, Influx, Wavefront };

// `statsd`, `influx` or `wavefront`.
constexpr std::string_view name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::Statsd: return "statsd";
    case Protocol::Influx: return "influx";
    case Protocol::Wavefront: return "wavefront";
  }
  return {};
}

}  // namespace weir::sample
