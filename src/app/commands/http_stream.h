// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/commands/http_client.h"
#include "app/commands/http_connection.h"

namespace weir::app {

// The lines of an answer that goes on while things happen. One thread, which waits. Its errors are
// std::runtime_error; HttpInterrupted where `patience` says so.
class HttpStream {
 public:
  enum class Event : std::uint8_t {
    Line,
    Nothing,  // within the time
    End,      // the server has closed the connection
  };

  // Asks for `target`, as http_get does, and waits for the head of the answer, which must have the
  // status 200. `url` must outlive it.
  HttpStream(const HttpUrl& url, std::string_view target, HttpPatience patience);

  // The next line, with its newline, valid until the next call; the last may have none.
  [[nodiscard]] Event next(std::string_view& line, std::chrono::milliseconds time);

 private:
  void receive_head();
  [[noreturn]] void refuse(std::string_view head);
  [[noreturn]] void fail(std::string_view what) const;

  const HttpUrl& url_;
  const std::chrono::milliseconds patience_;
  HttpConnection connection_;
  std::string received_;
  // How much of it has been given, and was looked through for a newline.
  std::size_t given_ = 0;
  std::size_t looked_ = 0;
  bool has_ended_ = false;
};

}  // namespace weir::app
