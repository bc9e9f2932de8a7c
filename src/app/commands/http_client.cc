// SPDX-License-Identifier: Apache-2.0
#include "app/commands/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/core.h>

#include "app/cli/flags.h"
#include "weir/base/ascii.h"
#include "weir/http/query.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

namespace beast_http = boost::beast::http;

constexpr timeval kPieceTimeout{.tv_sec = 10, .tv_usec = 0};
constexpr std::size_t kAnswerBytesMax = std::size_t{16} << 20U;
constexpr std::string_view kScheme = "http://";

[[noreturn]] void fail(const HttpUrl& url, std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}", url.authority, what));
}

[[noreturn]] void refuse(std::string_view text) {
  throw FlagError(fmt::format(
      "flag 'at' must be the URL of a daemon, such as http://localhost:9102, got '{}'", text));
}

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

net::Descriptor connect(const HttpUrl& url) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found)) {
    fail(url, ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int fault = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    net::Descriptor socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPieceTimeout, sizeof kPieceTimeout);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPieceTimeout, sizeof kPieceTimeout);
    if (::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0) return socket;
    fault = errno;
  }
  fail(url, net::describe_errno(fault));
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kDigits[bits >> (18U - 6U * i) & 63U] : '=';
    }
  }
  return out;
}

// Without chunks, and the end of the answer is that of the connection.
std::string request_text(const HttpUrl& url, std::string_view target) {
  std::string text = fmt::format("GET {}{} HTTP/1.0\r\nHost: {}\r\nUser-Agent: weir\r\n",
                                 url.prefix, target, url.authority);
  if (!url.credentials.empty()) {
    text += fmt::format("Authorization: Basic {}\r\n", base64(url.credentials));
  }
  return text + "\r\n";
}

void send_all(const HttpUrl& url, const net::Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail(url, net::describe_errno(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string receive_all(const HttpUrl& url, const net::Descriptor& socket) {
  std::string received;
  std::array<char, 65'536> piece{};
  ssize_t size = 0;
  while ((size = ::recv(socket.get(), piece.data(), piece.size(), 0)) > 0) {
    received.append(piece.data(), static_cast<std::size_t>(size));
    if (received.size() > kAnswerBytesMax) fail(url, "the answer is too long");
  }
  if (size < 0) fail(url, fmt::format("no answer: {}", net::describe_errno(errno)));
  return received;
}

HttpAnswer parse_answer(const HttpUrl& url, const std::string& received) {
  beast_http::response_parser<beast_http::string_body> parser;
  parser.eager(true);
  parser.body_limit(kAnswerBytesMax);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(received), error);
  if (!error && !parser.is_done()) parser.put_eof(error);
  if (error || !parser.is_done()) fail(url, "what answers there does not speak HTTP");
  const auto& message = parser.get();
  HttpAnswer answer{.status = message.result_int(), .fields = {}, .body = message.body()};
  for (const auto& field : message) {
    answer.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  return answer;
}

// A part of the URL `whole` that may have escapes.
std::string decoded(std::string_view part, std::string_view whole) {
  std::string query = "part=";
  for (const char c : part) {
    // Means a space in a query only, and the others end a value there.
    if (c == '+' || c == '&' || c == ';') {
      query += escape_query_value(std::string_view(&c, 1));
    } else {
      query += c;
    }
  }
  const auto values = http::query_values(query, "part");
  if (values.empty()) refuse(whole);
  return values.front();
}

bool is_unreserved(char c) { return base::is_word(c) || c == '-' || c == '.' || c == '~'; }

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto is_same = [name](const http::Field& field) {
    return std::ranges::equal(field.name, name, {}, base::to_lower, base::to_lower);
  };
  const auto found = std::ranges::find_if(fields, is_same);
  return found == fields.end() ? std::string_view() : std::string_view(found->value);
}

HttpUrl parse_http_url(std::string_view text) {
  if (!text.starts_with(kScheme)) refuse(text);
  auto rest = text.substr(kScheme.size());
  const auto is_bad = [](char c) { return c <= ' ' || c == '?' || c == '#'; };
  if (std::ranges::any_of(rest, is_bad)) refuse(text);
  HttpUrl url;
  const auto slash = std::min(rest.find('/'), rest.size());
  url.prefix = rest.substr(slash);
  while (url.prefix.ends_with('/')) url.prefix.pop_back();
  rest = rest.substr(0, slash);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    url.credentials = decoded(rest.substr(0, at), text);
    rest.remove_prefix(at + 1);
  }
  url.authority = rest;
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
    url.port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  url.host = rest;
  if (url.host.empty() || url.port.empty()) refuse(text);
  return url;
}

HttpAnswer http_get(const HttpUrl& url, std::string_view target) {
  const net::Descriptor socket = connect(url);
  send_all(url, socket, request_text(url, target));
  return parse_answer(url, receive_all(url, socket));
}

std::string escape_query_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace weir::app
