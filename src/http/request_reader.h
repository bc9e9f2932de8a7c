// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/response_head.h"
#include "weir/http/request.h"

namespace weir::http {

// Turns the bytes of a connection into requests, one after another. Does no I/O.
class RequestReader {
 public:
  struct Limits {
    std::size_t header_bytes_max;
    std::size_t body_bytes_max;  // of a body that is thrown away, as framed
  };
  // How many bytes of its body are to be kept with a request whose head is given; a longer body is
  // 413. 0 when the body is to be thrown away.
  using BodyLimit = std::function<std::size_t(const Request& head)>;
  enum class State : std::uint8_t { NeedMore, Ready, Bad };

  // Without `body_limit` every body is thrown away.
  explicit RequestReader(const Limits& limits, BodyLimit body_limit = {});
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Only while more is needed.
  void feed(std::string_view bytes);
  // Drops the request that was ready and goes on with the bytes that came after it.
  void start_next();

  [[nodiscard]] State state() const { return state_; }
  // Nothing of the next request has arrived.
  [[nodiscard]] bool is_fresh() const {
    return state_ == State::NeedMore && pending_.empty() && !parser_;
  }

  // While more is needed: whether the client waits for leave to send a body that is wanted. Asking
  // is taken for giving it.
  [[nodiscard]] bool take_continue() { return std::exchange(owes_continue_, false); }

  // Once ready. The router adds to it.
  [[nodiscard]] Request& request() { return request_; }
  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Version version() const { return version_; }
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  // The rest of the body has not been read and will not be: nothing more can be read here.
  [[nodiscard]] bool leaves_rest() const { return leaves_rest_; }

  // Once bad: what to answer before closing.
  [[nodiscard]] unsigned fault_status() const { return fault_status_; }
  [[nodiscard]] const std::string& fault_text() const { return fault_text_; }

 private:
  class Parser;  // Beast's, kept out of the header for the sake of compile time

  void advance();
  // Each returns whether the next step may follow.
  bool take_start_line();
  bool take_header();
  bool take_fields();
  bool take_framing();
  bool take_expectation();
  void take_body();
  // Whether more has come of an unfinished body than what is kept of it accounts for.
  [[nodiscard]] bool is_framing_too_long() const;
  void leave_long_body();
  // Always false.
  bool reject(unsigned status, std::string_view why);
  void finish(bool leaves_rest);

  Limits limits_;
  BodyLimit body_limit_;
  std::string pending_;
  std::size_t scanned_ = 0;  // bytes of `pending_` that hold no end of the header
  bool has_start_line_ = false;
  std::unique_ptr<Parser> parser_;  // set once the header is complete
  std::size_t body_bytes_ = 0;      // as framed
  std::size_t kept_bytes_max_ = 0;  // of the body; 0: it is thrown away
  bool owes_continue_ = false;

  State state_ = State::NeedMore;
  Request request_;
  Version version_ = Version::Http11;
  bool keeps_alive_ = false;
  bool leaves_rest_ = false;
  unsigned fault_status_ = 0;
  std::string fault_text_;
};

}  // namespace weir::http
