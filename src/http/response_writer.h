// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <string>
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
  // Reads the start of the body, for what the head has to say depends on it: passes on what the
  // response's source throws.
  ResponseWriter(Response response, const ResponseTerms& terms, std::time_t now);

  // The bytes to send now, valid until the next call. Empty when the response is complete.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  // Makes the next bytes. Passes on what the response's source throws.
  void advance();
  // Whether another request may follow on the connection.
  [[nodiscard]] bool keeps_alive() const { return head_.keeps_alive; }

 private:
  void start(const Response& response, const ResponseTerms& terms, std::time_t now);
  void append_framed(const std::string& piece);

  BodyReader body_;
  ResponseHead head_;
  std::string bytes_;
  std::string piece_;
  bool has_more_ = false;
};

}  // namespace weir::http
