// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::app {

// What takes the body of one request.
class BodyReader {
 public:
  enum class End : std::uint8_t {
    Read,
    NotGzip,  // that it was sent as
    CutOff,   // the same, but for its end
    TooLong,  // once it is unpacked
  };

  virtual ~BodyReader() = default;
  // Takes whole lines off `rest`, until `bytes_max` of it are gone or a line more.
  virtual void take(std::string_view& rest, std::size_t bytes_max) = 0;
  // Once, at the end; nothing was taken unless all was read.
  [[nodiscard]] virtual http::Response answer(End end) = 0;
};

// Unpacks and reads the bodies of requests one after another, in turns between which the thread
// does other things, so a long one holds up neither its sockets nor a stop. On the thread of the
// io_context.
class BodyQueue {
 public:
  // The queue must outlive `context`'s last turn. Unpacked, a body has `unpacked_bytes_max` at
  // most.
  BodyQueue(boost::asio::io_context& context, std::size_t unpacked_bytes_max);
  ~BodyQueue();
  BodyQueue(const BodyQueue&) = delete;
  BodyQueue& operator=(const BodyQueue&) = delete;

  // The answer to `request`, whose body is read meanwhile.
  [[nodiscard]] http::Response add(const http::Request& request,
                                   std::unique_ptr<BodyReader> reader);
  // Drops what waits, once the connections that it is of have gone. Returns how many.
  std::size_t give_up();

 private:
  struct Job;
  // Of a body, unpacked or read, in one turn: about a millisecond.
  static constexpr std::size_t kTurnBytes = 65'536;

  void post_turn();
  void take_turn();
  // Each true when the job has been answered.
  [[nodiscard]] bool advance(Job& job) const;
  [[nodiscard]] bool unpack(Job& job) const;

  boost::asio::io_context& context_;
  const std::size_t unpacked_bytes_max_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool is_posted_ = false;
};

}  // namespace weir::app
