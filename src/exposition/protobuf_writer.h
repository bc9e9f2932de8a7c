// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/created_time.h"
#include "exposition/plain_labels.h"
#include "exposition/protobuf_wire.h"
#include "weir/base/clock.h"
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
  void on_values(std::span<const metrics::ValueReading> series) override;
  void on_family_end() override;

 private:
  // Tags, lengths, the value and when it was made.
  static constexpr std::size_t kCounterMax = 32;
  // After the tag and length of the message Counter, and the tag of its value.
  static constexpr std::size_t kCounterValueAt = 3;

  // The message Counter, but for its value, of the series that were made at one time.
  struct Counter {
    std::size_t size = 0;
    std::array<char, kCounterMax> message{};
  };

  [[nodiscard]] char* put_labels(char* at, std::string_view body);
  // Of a counter or gauge.
  [[nodiscard]] char* put_value(char* at, base::UnixTime created, double value);
  [[nodiscard]] char* put_counter(char* at, base::UnixTime created, double value);
  [[gnu::noinline]] static void make_counter(base::UnixTime created, Counter& made);
  // Another one begins where the message under way is large enough.
  void limit_message();
  void write_message();
  // Returns the end of the message, which has room for so many bytes more then.
  [[nodiscard]] char* make_room(std::size_t bytes) {
    if (message_.size() < kFieldBytesMax + size_ + bytes) grow(bytes);
    return begin() + size_;
  }
  [[nodiscard]] char* begin() { return message_.data() + kFieldBytesMax; }
  [[nodiscard]] std::size_t size_up_to(const char* end) {
    return static_cast<std::size_t>(end - begin());
  }
  void grow(std::size_t bytes);

  std::string& out_;
  const std::size_t message_bytes_max_;
  metrics::Type type_ = metrics::Type::Counter;
  bool is_untyped_ = false;
  // The message under way, in front but for room for its length.
  std::vector<char> message_;
  std::size_t size_ = 0;
  // Of what every message of the family begins with.
  std::size_t head_size_ = 0;
  // Of the last series' message: of the next it is the same, mostly.
  std::size_t length_bytes_ = 1;
  PlainLabels labels_;
  MadeOfCreated<Counter> counters_;
};

}  // namespace weir::exposition
