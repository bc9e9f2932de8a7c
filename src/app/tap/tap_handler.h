// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/tap/tap_hub.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/statsd/dialect.h"

namespace weir::app {

// Answers GET /api/v1/tail and /api/v1/capture (docs/api.md) without end. Main thread.
class TapHandler {
 public:
  // `workers` must outlive it, and it its answers.
  TapHandler(const Workers& workers, const statsd::Dialects& dialects)
      : hub_(workers), dialects_(dialects) {}

  [[nodiscard]] http::Response tail(const http::Request& request);
  [[nodiscard]] http::Response capture(const http::Request& request);

  [[nodiscard]] TapHub& hub() { return hub_; }
  [[nodiscard]] const TapHub& hub() const { return hub_; }

 private:
  TapHub hub_;
  const statsd::Dialects dialects_;
};

}  // namespace weir::app
