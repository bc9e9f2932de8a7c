// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "weir/base/clock.h"
#include "weir/metrics/computed_gauge.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/window_statistics.h"

namespace weir::metrics {

// A gauge of what a summary or histogram observed lately: it reads that series' window (behaviour
// publish.gauges). Which window may change: under the store's lock.
class WindowGauge final : public ComputedGauge {
 public:
  // `kind` is one of kPublishedKinds.
  explicit WindowGauge(GaugeKind kind) : kind_(kind) {}

  // `window` stays good as long as the gauge is read.
  void use(WindowStatistics& window) { window_.store(&window, std::memory_order_release); }
  [[nodiscard]] bool uses(const WindowStatistics& window) const {
    return window_.load(std::memory_order_relaxed) == &window;
  }

  // NaN when the window is empty.
  [[nodiscard]] double read(base::TimePoint now) override;

 private:
  std::atomic<WindowStatistics*> window_{nullptr};
  const GaugeKind kind_;
};

}  // namespace weir::metrics
