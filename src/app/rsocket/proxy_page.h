// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/rsocket/rsocket_counts.h"

namespace weir::app {

// Values in buckets, and their sum.
class ProxyHistogram {
 public:
  // Upper bounds in ascending order, which outlive it.
  explicit ProxyHistogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value);
  // `labels` ends in a comma where there are any: `outcome="success",`.
  void append(std::string& page, std::string_view name, std::string_view labels) const;

  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

// What the Java proxy tells of itself under /metrics/proxy, by the same names. One thread.
class ProxyPage {
 public:
  ProxyPage();

  // A request of a scrape to an application has come to its end.
  void note_scrape(PageOutcome outcome, double seconds);
  // A page of so many bytes, unpacked, was received: an answer or a push.
  void note_payload(std::size_t bytes);

  [[nodiscard]] std::string text(const RsocketCounts& counts) const;

 private:
  void append_times(std::string& page) const;
  void append_requests(std::string& page) const;

  // By outcome.
  std::vector<ProxyHistogram> times_;
  ProxyHistogram payload_bytes_;
};

}  // namespace weir::app
