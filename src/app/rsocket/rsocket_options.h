// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::app {

// What applications encrypt their pages with.
enum class RsocketKey : std::uint8_t { Rsa, Plaintext };
inline constexpr std::array<std::string_view, 2> kRsocketKeys = {"rsa", "plaintext"};

// How weir is a proxy for applications with a Prometheus RSocket client, and a client of one.
struct RsocketOptions {
  std::vector<std::string> tcp_addresses;
  std::vector<std::string> websocket_addresses;
  RsocketKey key = RsocketKey::Rsa;
  // The pages of applications become one with each family once; else they follow one another.
  bool has_merge = true;
  // For the answers of applications, whatever a scraper says that it waits.
  std::chrono::milliseconds scrape_timeout{9000};
  // A push of an application that ends is shown by so many scrapes (0: by any number), for so long.
  std::uint64_t push_scrapes = 2;
  std::chrono::milliseconds push_time{300'000};
  std::size_t connections_max = 1000;
  std::size_t frame_bytes_max = 16'777'215;
  // Of an application's page, unpacked.
  std::size_t page_bytes_max = 33'554'432;
  // Of frames that are not whole, pages of scrapes under way and pushes.
  std::size_t bytes_max = 268'435'456;

  // Of another proxy, which scrapes weir: `tcp://host:7001` or `ws://host:8081`; "" for none.
  std::string proxy_url;

  // Without an address nothing listens.
  [[nodiscard]] bool is_on() const {
    return !tcp_addresses.empty() || !websocket_addresses.empty();
  }
};

}  // namespace weir::app
