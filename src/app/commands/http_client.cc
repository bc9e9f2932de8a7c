// SPDX-License-Identifier: Apache-2.0
#include "app/commands/http_client.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/core.h>

#include "app/commands/http_connection.h"
#include "weir/base/ascii.h"
#include "weir/base/base64.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t kAnswerBytesMax = std::size_t{16} << 20U;
constexpr std::string_view kPlainScheme = "http://";
constexpr std::string_view kTlsScheme = "https://";
constexpr std::string_view kCaFlag = "cacert";
constexpr std::string_view kInsecureFlag = "insecure";

[[noreturn]] void fail(const HttpUrl& url, std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}", url.authority, what));
}

// What comes before the last `@` may be a password.
[[noreturn]] void refuse(std::string_view text) {
  const auto at = text.rfind('@');
  throw FlagError(
      fmt::format("expected the URL of a daemon, such as http://localhost:9102, got '{}{}'",
                  at == std::string_view::npos ? "" : "...",
                  at == std::string_view::npos ? text : text.substr(at)));
}

std::string receive_all(const HttpUrl& url, HttpConnection& connection) {
  std::string received;
  std::array<char, 65'536> piece{};
  while (const std::size_t size = connection.receive(piece)) {
    received.append(piece.data(), size);
    if (received.size() > kAnswerBytesMax) fail(url, "the answer is too long");
  }
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

std::string_view without_scheme(std::string_view text, HttpUrl& url) {
  url.is_tls = text.starts_with(kTlsScheme);
  if (!url.is_tls && !text.starts_with(kPlainScheme)) refuse(text);
  if (url.is_tls) url.port = "443";
  return text.substr(url.is_tls ? kTlsScheme.size() : kPlainScheme.size());
}

// Of the part `rest` of the URL `whole`.
void take_host_and_port(std::string_view rest, std::string_view whole, HttpUrl& url) {
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
    url.port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  const bool is_bracketed = rest.starts_with('[') && rest.ends_with(']');
  if (is_bracketed) rest = rest.substr(1, rest.size() - 2);
  url.host = rest;
  const bool is_torn = !is_bracketed && rest.find_first_of("[]:") != std::string_view::npos;
  if (url.host.empty() || url.port.empty() || is_torn) refuse(whole);
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

HttpUrl parse_http_url(std::string_view text, tls::ServerTrust trust) {
  HttpUrl url;
  url.trust = std::move(trust);
  auto rest = without_scheme(text, url);
  const auto is_bad = [](char c) { return c <= ' ' || c == '?' || c == '#'; };
  if (std::ranges::any_of(rest, is_bad)) refuse(text);
  const auto slash = std::min(rest.find('/'), rest.size());
  // Of a password with a slash that is not escaped.
  if (rest.find('@', slash) != std::string_view::npos) refuse(text);
  url.prefix = rest.substr(slash);
  while (url.prefix.ends_with('/')) url.prefix.pop_back();
  rest = rest.substr(0, slash);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    url.credentials = decoded(rest.substr(0, at), text);
    rest.remove_prefix(at + 1);
  }
  url.authority = rest;
  take_host_and_port(rest, text, url);
  return url;
}

HttpUrl parse_only_url(std::span<const std::string> words, const tls::ServerTrust& trust) {
  if (words.empty()) throw FlagError("expected the URL of a daemon, such as http://localhost:9102");
  if (words.size() > 1) throw FlagError("unexpected " + words[1]);
  return parse_http_url(words.front(), trust);
}

void add_trust_flags(FlagSet& flags, tls::ServerTrust& trust) {
  flags.add(std::string(kCaFlag),
            "A PEM file of the authorities that may have signed the certificate of an https URL, "
            "instead of the system's.",
            trust.ca_file);
  flags.add(std::string(kInsecureFlag), "Do not check the certificate of an https URL.",
            trust.takes_any);
}

bool is_trust_flag(std::string_view name) { return name == kCaFlag || name == kInsecureFlag; }

std::string http_request(const HttpUrl& url, std::string_view target) {
  std::string text = fmt::format("GET {}{} HTTP/1.0\r\nHost: {}\r\nUser-Agent: weir\r\n",
                                 url.prefix, target, url.authority);
  if (!url.credentials.empty()) {
    text += "Authorization: Basic ";
    base::append_base64(text, url.credentials);
    text += "\r\n";
  }
  return text + "\r\n";
}

HttpAnswer http_get(const HttpUrl& url, std::string_view target, HttpPatience patience) {
  HttpConnection connection(url, patience);
  connection.send(http_request(url, target));
  return parse_answer(url, receive_all(url, connection));
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
