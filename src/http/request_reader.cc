// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/target.h"
#include "weir/base/ascii.h"
#include "weir/http/response.h"

namespace weir::http {
namespace {

namespace beast_http = boost::beast::http;

// Beast keeps no longer field, and throws.
constexpr std::size_t kLineBytesMax = 65'000;
// What frames the chunks of a body that is kept may have this many times its bytes, beside what a
// body that is thrown away may have: enough for chunks of one byte.
constexpr std::size_t kFramingFactor = 8;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kContentTooLarge = 413;
constexpr unsigned kExpectationFailed = 417;
constexpr unsigned kHeaderTooLarge = 431;
constexpr unsigned kNotImplemented = 501;
constexpr unsigned kVersionNotSupported = 505;

// The end of the header that begins `text`, after its empty line; lines may end in LF alone, as the
// reference allows. `scanned` bytes are known to hold none.
std::optional<std::size_t> header_end(std::string_view text, std::size_t& scanned) {
  std::size_t at = text.find('\n', scanned);
  for (; at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
    if (rest.empty() || rest == "\r") break;
  }
  scanned = std::min(at, text.size());
  return std::nullopt;
}

// Without its CRLF, which each of `lines` has.
std::size_t longest_line(std::string_view lines) {
  std::size_t longest = 0;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    longest = std::max(longest, end);
    lines.remove_prefix(end + 2);
  }
  return longest;
}

// `lines` with CRLF after each, which is all that the parser takes.
std::string with_crlf(std::string_view lines) {
  std::string result;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    (result += line) += "\r\n";
    lines.remove_prefix(end + 1);
  }
  return result;
}

struct StartLine {
  bool is_request = false;
  bool is_supported = false;
};

// Looks at the version only, which decides between 505 and 400.
StartLine inspect_start_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t blank = line.rfind(' ');
  if (blank == std::string_view::npos || line.find(' ') == blank) return {};
  const std::string_view version = line.substr(blank + 1);
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          base::is_digit(version[5]) && version[6] == '.' &&
                          base::is_digit(version[7]);
  return {is_version, version == "HTTP/1.0" || version == "HTTP/1.1"};
}

bool is_valid_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return base::is_alphanumeric(c) ||
           std::string_view("!$%&'()*+,-.:;=[]_~").find(c) != std::string_view::npos;
  });
}

}  // namespace

class RequestReader::Parser : public beast_http::request_parser<beast_http::string_body> {};

RequestReader::RequestReader(const Limits& limits, BodyLimit body_limit)
    : limits_(limits), body_limit_(std::move(body_limit)) {}
RequestReader::~RequestReader() = default;

void RequestReader::feed(std::string_view bytes) {
  assert(state_ == State::NeedMore);
  pending_ += bytes;
  advance();
}

void RequestReader::start_next() {
  assert(state_ == State::Ready && !leaves_rest_);
  parser_.reset();
  request_ = {};
  has_start_line_ = false;
  scanned_ = 0;
  body_bytes_ = 0;
  kept_bytes_max_ = 0;
  owes_continue_ = false;
  state_ = State::NeedMore;
  if (!pending_.empty()) advance();
}

void RequestReader::advance() {
  if (!has_start_line_ && !take_start_line()) return;
  if (!parser_ && !(take_header() && take_fields())) return;
  take_body();
}

bool RequestReader::take_start_line() {
  const std::size_t end = pending_.find('\n', scanned_);
  if (end == std::string::npos) {
    scanned_ = pending_.size();
    if (scanned_ > limits_.header_bytes_max) reject(kHeaderTooLarge, "");
    return false;
  }
  has_start_line_ = true;
  scanned_ = end;
  const StartLine line = inspect_start_line(std::string_view(pending_).substr(0, end));
  if (!line.is_request) return reject(kBadRequest, "");
  return line.is_supported || reject(kVersionNotSupported, "unsupported protocol version");
}

bool RequestReader::take_header() {
  const auto end = header_end(pending_, scanned_);
  if (end.value_or(pending_.size()) > limits_.header_bytes_max) return reject(kHeaderTooLarge, "");
  if (!end) return false;
  const std::string header = with_crlf(std::string_view(pending_).substr(0, *end));
  pending_.erase(0, *end);
  if (longest_line(header) > kLineBytesMax) return reject(kHeaderTooLarge, "");

  parser_ = std::make_unique<Parser>();
  // Both limits are kept here, which has the sizes as sent.
  parser_->header_limit(std::numeric_limits<std::uint32_t>::max());
  parser_->body_limit(boost::none);
  boost::system::error_code error;
  parser_->put(boost::asio::buffer(header), error);
  return (!error && parser_->is_header_done()) || reject(kBadRequest, "");
}

bool RequestReader::take_fields() {
  const auto& message = parser_->get();
  version_ = message.version() == 10 ? Version::Http10 : Version::Http11;
  keeps_alive_ = message.keep_alive();
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  for (const auto& field : message) {
    request_.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  auto target = parse_target(request_.method, request_.target);
  if (!target) return reject(kBadRequest, "");
  request_.path = std::move(target->path);
  request_.escaped_path = std::move(target->escaped_path);
  request_.query = std::move(target->query);
  request_.host = target->host.empty() ? request_.header("Host") : std::move(target->host);

  const auto hosts = message.count(beast_http::field::host);
  if (hosts > 1) return reject(kBadRequest, "");
  if (hosts == 0 && version_ == Version::Http11) {
    return reject(kBadRequest, "missing required Host header");
  }
  if (!is_valid_host(request_.header("Host"))) {
    return reject(kBadRequest, "malformed Host header");
  }
  return take_framing() && take_expectation();
}

// What another reader of the same bytes might take for another length is refused.
bool RequestReader::take_framing() {
  if (request_.header("Content-Length").find(',') != std::string_view::npos) {
    return reject(kBadRequest, "");
  }
  if (parser_->get().count(beast_http::field::transfer_encoding) == 0) return true;
  if (!base::equals_ignoring_case(request_.header("Transfer-Encoding"), "chunked")) {
    return reject(kNotImplemented, "unsupported transfer encoding");
  }
  // RFC 9112 6.1: its framing is not to be relied on.
  if (version_ == Version::Http10) keeps_alive_ = false;
  return true;
}

bool RequestReader::take_expectation() {
  const std::string_view expectation = request_.header("Expect");
  const bool is_continue = base::equals_ignoring_case(expectation, "100-continue");
  if (!expectation.empty() && !is_continue) return reject(kExpectationFailed, "");
  if (parser_->is_done()) return true;
  if (body_limit_) kept_bytes_max_ = body_limit_(request_);
  if (!is_continue) return true;
  // An old client does not know the answer, and one that has begun to send waits for none.
  owes_continue_ = version_ == Version::Http11 && pending_.empty();
  // The client waits for leave to send a body that is not wanted.
  if (kept_bytes_max_ == 0) finish(/*leaves_rest=*/true);
  return state_ == State::NeedMore;
}

void RequestReader::take_body() {
  const auto length = parser_->content_length();
  const std::size_t bytes_max = kept_bytes_max_ > 0 ? kept_bytes_max_ : limits_.body_bytes_max;
  if (length && *length > bytes_max) return leave_long_body();
  while (!parser_->is_done() && !pending_.empty()) {
    boost::system::error_code error;
    const std::size_t taken = parser_->put(boost::asio::buffer(pending_), error);
    pending_.erase(0, taken);
    body_bytes_ += taken;
    if (error == beast_http::error::need_more) break;
    if (error) return static_cast<void>(reject(kBadRequest, ""));
  }
  std::string& body = parser_->get().body();
  const bool is_done = parser_->is_done();
  const bool exceeds = kept_bytes_max_ > 0 && body.size() > kept_bytes_max_;
  if (exceeds || (!is_done && is_framing_too_long())) return leave_long_body();
  if (!is_done) return;
  if (kept_bytes_max_ > 0) request_.body = std::move(body);
  finish(/*leaves_rest=*/false);
}

bool RequestReader::is_framing_too_long() const {
  const std::size_t framed_bytes = body_bytes_ + pending_.size();
  const std::size_t kept_bytes = kept_bytes_max_ > 0 ? parser_->get().body().size() : 0;
  return framed_bytes - kept_bytes > kept_bytes * kFramingFactor + limits_.body_bytes_max;
}

void RequestReader::leave_long_body() {
  if (kept_bytes_max_ > 0) {
    reject(kContentTooLarge, "");
  } else {
    finish(/*leaves_rest=*/true);
  }
}

bool RequestReader::reject(unsigned status, std::string_view why) {
  state_ = State::Bad;
  fault_status_ = status;
  fault_text_ = std::to_string(status) + " " + std::string(reason_phrase(status));
  if (!why.empty()) (fault_text_ += ": ") += why;
  return false;
}

void RequestReader::finish(bool leaves_rest) {
  state_ = State::Ready;
  leaves_rest_ = leaves_rest;
  keeps_alive_ = keeps_alive_ && !leaves_rest;
}

}  // namespace weir::http
