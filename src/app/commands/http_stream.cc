// SPDX-License-Identifier: Apache-2.0
#include "app/commands/http_stream.h"

#include <array>
#include <stdexcept>

#include <fmt/core.h>

namespace weir::app {

namespace {

constexpr std::size_t kHeadBytesMax = 65'536;
constexpr std::size_t kAnswerLineBytesMax = std::size_t{16} << 20U;
constexpr std::size_t kReadBytes = 65'536;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// The three digits of `HTTP/1.1 200 OK`; "" where there are none.
std::string_view status_of(std::string_view head) {
  constexpr std::size_t kBefore = 9;
  return head.starts_with("HTTP/1.") && head.size() > kBefore + 3 ? head.substr(kBefore, 3)
                                                                  : std::string_view();
}

}  // namespace

HttpStream::HttpStream(const HttpUrl& url, std::string_view target, HttpPatience patience)
    : url_(url), patience_(patience.time), connection_(url, patience) {
  connection_.send(http_request(url, target));
  receive_head();
}

void HttpStream::receive_head() {
  std::array<char, kReadBytes> piece{};
  std::size_t end = 0;
  while ((end = received_.find(kHeadEnd)) == std::string::npos) {
    const std::size_t size = connection_.receive(piece);
    if (size == 0 || received_.size() > kHeadBytesMax)
      fail("what answers there does not speak HTTP");
    received_.append(piece.data(), size);
  }
  if (status_of(received_) != "200") refuse(std::string_view(received_).substr(0, end));
  given_ = end + kHeadEnd.size();
  looked_ = given_;
}

void HttpStream::refuse(std::string_view head) {
  const std::string status(status_of(head));
  if (status.empty()) fail("what answers there does not speak HTTP");
  given_ = head.size() + kHeadEnd.size();
  looked_ = given_;
  std::string_view line;
  static_cast<void>(next(line, patience_));
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  fail(fmt::format("status {}: {}", status, line));
}

HttpStream::Event HttpStream::next(std::string_view& line, std::chrono::milliseconds time) {
  std::array<char, kReadBytes> piece{};
  while (true) {
    const std::size_t newline = received_.find('\n', looked_);
    const bool is_whole = newline != std::string::npos;
    if (is_whole || (has_ended_ && given_ < received_.size())) {
      const std::size_t end = is_whole ? newline + 1 : received_.size();
      line = std::string_view(received_).substr(given_, end - given_);
      given_ = end;
      looked_ = end;
      return Event::Line;
    }
    if (has_ended_) return Event::End;
    received_.erase(0, given_);
    given_ = 0;
    looked_ = received_.size();
    if (received_.size() > kAnswerLineBytesMax) fail("a line of the answer is too long");
    const auto size = connection_.receive_within(piece, time);
    if (!size) return Event::Nothing;
    if (*size == 0) has_ended_ = true;
    received_.append(piece.data(), *size);
  }
}

void HttpStream::fail(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}", url_.authority, what));
}

}  // namespace weir::app
