// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "weir/base/log.h"
#include "weir/base/log_gate.h"

namespace weir::net {

// What the file descriptors are for that a listener leaves free.
enum class Reserve : std::uint8_t {
  ForScrapes,  // an eighth of them, from 8 to 128: senders must not keep Prometheus out
  ForFiles,    // a few: the mapping file, what a scrape reads of /proc, the resolver
};

enum class Verdict : std::uint8_t { Admitted, TooMany, OutOfDescriptors };

// Decides which of a listener's new connections are served and warns of the limit that keeps
// the others out: the first time, and then once in ten seconds. Used by the listener's thread.
class Admission {
 public:
  struct Rules {
    std::string_view title;  // as messages name the listener: `StatsD TCP`
    std::size_t connections_max = 0;
    std::string_view connections_flag;  // that sets it; may be empty
    Reserve reserve = Reserve::ForScrapes;
  };

  // `log` must outlive it, and so must the texts of `rules`.
  Admission(const Rules& rules, const base::Log& log) : rules_(rules), log_(log) {}

  // `descriptor` is that of the new connection, beside which `open` are being served.
  [[nodiscard]] Verdict judge(int descriptor, std::size_t open);
  // An accept has failed.
  void report_error(const boost::system::error_code& error);

 private:
  void report_too_many();
  void report_out_of_descriptors(std::size_t limit);

  const Rules rules_;
  const base::Log& log_;
  base::LogGate too_many_gate_;
  base::LogGate descriptors_gate_;
  base::LogGate error_gate_;
};

}  // namespace weir::net
