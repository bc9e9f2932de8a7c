// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "weir/exposition/page_writer.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// A family is gathered up to this size before it is written, since its length comes first. What is
// larger is written as several messages of the same family, which scrapers take like one; so memory
// does not grow with the page. On its way to the client a message is there four times.
inline constexpr std::size_t kMessageBytesMax = std::size_t{1} << 20;

// Writes each family as a protobuf message io.prometheus.client.MetricFamily after its length, byte
// for byte as the reference does (behaviour page.protobuf): fields by number, numbers unpacked,
// every number present even when it is 0. One thread.
class ProtobufWriter final : public metrics::ReadingVisitor {
 public:
  // Appends to `out`, which must outlive the writer; the caller may empty it between two calls.
  ProtobufWriter(std::string& out, std::size_t message_bytes_max = kMessageBytesMax)
      : out_(out), message_bytes_max_(message_bytes_max) {}

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_family_end() override;

 private:
  void write_message();
  void make_room(std::size_t bytes);

  std::string& out_;
  const std::size_t message_bytes_max_;
  metrics::Type type_ = metrics::Type::Counter;
  // What every message of the family begins with.
  std::string head_;
  std::string message_;
  // What is written next, before it is copied to its place.
  std::vector<char> scratch_;
};

}  // namespace weir::exposition
