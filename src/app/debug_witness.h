// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/base/log.h"
#include "weir/pipeline/witness.h"

namespace weir::app {

// Logs every line and every loss at debug level, in the reference's words where it has some
// (reference 1.6). One worker.
class DebugWitness final : public pipeline::Witness {
 public:
  // `log` must outlive the witness.
  explicit DebugWitness(const base::Log& log) : log_(log) {}

  // Where the lines to come are from: `udp`, `tcp`, `unixgram`, `unixstream`.
  void set_transport(std::string_view name) { transport_ = name; }

  void on_line(std::string_view line) override;
  void on_rejection(std::string_view line, statsd::Rejection rejection) override;
  void on_malformed_tags(std::string_view line, std::size_t count) override;
  void on_lost_event(std::string_view line, std::string_view reason) override;

 private:
  const base::Log& log_;
  std::string_view transport_;
};

}  // namespace weir::app
