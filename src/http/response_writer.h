// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "http/body_reader.h"
#include "http/content_encoding.h"
#include "http/response_head.h"
#include "weir/http/response.h"

namespace weir::http {

// What the request has to say about its answer.
struct ResponseTerms {
  Version version = Version::Http11;
  bool is_head = false;
  bool keeps_alive = true;
  ContentEncoding encoding = ContentEncoding::Identity;
};

// A response on its way out, as a sequence of writes. Does no I/O. Bodies of up to 2048 bytes are
// sent with their length, longer ones in chunks (behaviour http.short-pages).
class ResponseWriter {
 public:
  // Asks the response's source for the first time: passes on what it throws.
  ResponseWriter(Response response, const ResponseTerms& terms, std::time_t now);
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  // The bytes to send now, valid until the next call. Empty also while the source has not given
  // enough to send: others should be served before it is asked again, and of a live source so much
  // time should pass.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  // Whether all bytes were there to send.
  [[nodiscard]] bool is_complete() const { return is_complete_; }
  // Makes the next bytes, and asks the response's source once at most. Passes on what it throws.
  void advance();
  // Whether another request may follow on the connection.
  [[nodiscard]] bool keeps_alive() const { return head_.keeps_alive; }
  // Above 0 for a live source.
  [[nodiscard]] std::chrono::milliseconds poll_interval() const { return poll_interval_; }

 private:
  // What the source must have given before it is worth sending.
  [[nodiscard]] std::size_t bytes_wanted() const;
  void send_head(std::size_t size);
  void frame(std::size_t size);

  BodyReader body_;
  const ResponseTerms terms_;
  const std::chrono::milliseconds poll_interval_;
  const std::time_t now_;
  std::vector<Field> fields_;
  ResponseHead head_;
  // What the source gave, after some room, or what is made of it.
  std::string buffer_;
  // Of the buffer.
  std::string_view bytes_;
  bool has_head_ = false;
  bool has_more_ = true;
  bool is_complete_ = false;
};

}  // namespace weir::http
