// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/address_lookup.h"

#include <chrono>
#include <cstring>
#include <exception>
#include <future>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace weir::app {

namespace {

namespace asio = net::asio;
using asio::ip::tcp;

// How soon an answer is noticed.
constexpr std::chrono::milliseconds kPollPause{20};
constexpr std::chrono::seconds kLookupTimeMax{30};

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

AddressAnswer resolve(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found)) {
    return {{}, fmt::format("cannot look up {}: {}", host, ::gai_strerror(error))};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  AddressAnswer answer;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    tcp::endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    answer.endpoints.push_back(endpoint);
  }
  if (answer.endpoints.empty()) answer.fault = fmt::format("{} has no address", host);
  return answer;
}

std::future<AddressAnswer> begin(const std::string& host, const std::string& port) {
  std::packaged_task<AddressAnswer()> task([host, port] { return resolve(host, port); });
  auto pending = task.get_future();
  try {
    std::thread(std::move(task)).detach();
  } catch (const std::system_error&) {
    // No thread to be had: the lost task answers with an error.
  }
  return pending;
}

}  // namespace

asio::awaitable<AddressAnswer> look_up(net::Timer& timer, std::string host, std::string port) {
  boost::system::error_code no_address;
  asio::ip::make_address(host, no_address);
  // An address takes no resolver, only a service's name might, which is a look into a file.
  if (!no_address) co_return resolve(host, port);
  auto pending = begin(host, port);
  for (auto waited = std::chrono::milliseconds(0); waited < kLookupTimeMax; waited += kPollPause) {
    if (pending.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      try {
        co_return pending.get();
      } catch (const std::exception& error) {
        AddressAnswer failed{{}, error.what()};
        co_return failed;
      }
    }
    timer.expires_after(kPollPause);
    const auto [error] = co_await timer.async_wait();
    if (error) break;
  }
  AddressAnswer late{{}, fmt::format("the name {} was not looked up in time", host)};
  co_return late;
}

}  // namespace weir::app
