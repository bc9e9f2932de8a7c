// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::app {

// What Wavefront's clients may send, and how much of it.
struct WavefrontOptions {
  // Lines and HTTP, each on the same.
  std::vector<std::string> tcp_addresses;
  std::size_t connections_max = 256;
  // Of a body as it is sent. As many are kept twice for each connection.
  std::size_t body_bytes_max = 4'194'304;
  // Of a body that was compressed; as the proxy's. One is unpacked at a time.
  std::size_t unpacked_bytes_max = 16'777'216;

  [[nodiscard]] bool is_listening() const { return !tcp_addresses.empty(); }
};

// What is written to a proxy of Wavefront.
struct WavefrontWriteOptions {
  std::string address;  // `host:port`; "" for none
  std::string prefix;   // of every name
  std::string source;   // of series without a label `source`; "" for the name of this host
  // From the beginning of one pass over the store to that of the next.
  std::chrono::nanoseconds interval{std::chrono::minutes(1)};
  std::uint64_t lines_per_second = 10'000;
  // Of lines that wait.
  std::size_t queue_bytes_max = 16'777'216;

  [[nodiscard]] bool is_on() const { return !address.empty(); }
};

}  // namespace weir::app
