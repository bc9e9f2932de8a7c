// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/base/log.h"
#include "weir/pipeline/line_trace.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

// Logs every line and every refusal at debug level, in the reference's words where it has some
// (behaviour log.refusals), and hands refusals on. One worker.
class LogTrace final : public pipeline::LineTrace, public pipeline::RefusalSink {
 public:
  // `log` and `next` must outlive the trace.
  LogTrace(const base::Log& log, pipeline::RefusalSink& next) : log_(log), next_(next) {}

  // Where the lines to come are from: `udp`, `tcp`, `unixgram`, `unixstream`.
  void set_transport(std::string_view name) { transport_ = name; }

  void on_line(std::string_view line) override;
  [[nodiscard]] bool wants(pipeline::RefusalReason reason) override;
  void on_refusal(const pipeline::Refusal& refusal) override;

 private:
  const base::Log& log_;
  pipeline::RefusalSink& next_;
  std::string_view transport_;
  // The answer of `next_` to the last question.
  bool is_wanted_next_ = false;
};

}  // namespace weir::app
