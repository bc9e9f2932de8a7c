// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/tally.h"
#include "weir/insight/sample_ring.h"
#include "weir/net/peer.h"
#include "weir/pipeline/unmapped_sink.h"
#include "weir/sample/protocol.h"

namespace weir::app {

// Where the lines of a connection are from.
struct LineOrigin {
  // Outlives all.
  std::string_view transport;
  // As in insight::SampledLine.
  std::string_view sender;
};

// Picks lines of what a worker receives, a thousand a second at most, so that all that came can be
// estimated from them: on a quiet machine every line, else one of a batch now and then. A batch is
// chosen as likely as it is large, and a line of it by chance, so that no sender and no listener is
// seen more often than it sends. What is not chosen costs a batch two comparisons.
//
// The lines go into a ring, which another thread empties; all else is the worker's.
//
// Names that no rule takes come into the ring, too, when they are first seen, and count no line.
class Sampler final : public pipeline::UnmappedSink {
 public:
  static constexpr std::size_t kPerSecond = 1000;
  // As many at once, after a time with fewer.
  static constexpr std::size_t kBurst = 1024;
  // Of a longer line only its sender is told.
  static constexpr std::size_t kLineBytesMax = 4096;

  // `ring_bytes` as SampleRing takes them. With `is_enabled` false nothing is ever picked.
  Sampler(bool is_enabled, std::size_t ring_bytes, std::uint64_t seed)
      : next_unit_(is_enabled ? 1 : kNever),
        deadline_(is_enabled ? base::TimePoint::min() : base::TimePoint::max()),
        random_(seed | 1),
        ring_(is_enabled ? ring_bytes : kSmallestRing) {}

  // How large something is: a datagram or a line counts, and so do its bytes.
  [[nodiscard]] static std::uint64_t units_of(std::string_view bytes) {
    return 1 + bytes.size() / kUnitBytes;
  }
  [[nodiscard]] static std::uint64_t units_of(std::span<const std::string_view> datagrams) {
    std::uint64_t sum = 0;
    for (const auto datagram : datagrams) sum += units_of(datagram);
    return sum;
  }

  // The next batch may be looked at, and then its senders are wanted.
  [[nodiscard]] bool is_next_wanted() const {
    return units_ + 2 * std::max<std::uint64_t>(batch_units_, 1) >= next_unit_;
  }

  // Once for each batch of so many units; true when it is to be shown to one of those below.
  [[nodiscard]] bool begin_batch(std::uint64_t units, base::TimePoint now) {
    batch_units_ = units;
    units_ += units;
    if (units_ < next_unit_ && now < deadline_) [[likely]]
      return false;
    return open_batch(now);
  }

  // Of datagrams all at once; `listener` is the path of a Unix socket, whose senders have no
  // address, else "".
  void take_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                      std::string_view transport, std::string_view listener);

  // Of a connection, what came of it and then each line that it completed. What `origin` borrows
  // stays until the end.
  void begin_lines(std::string_view bytes, const LineOrigin& origin);
  void take_line(std::string_view line);
  void end_lines();

  // What the lines from here on are written in; StatsD's at first.
  void use_protocol(sample::Protocol protocol) { protocol_ = protocol; }

  void on_unmapped(std::string_view line) override;

  // Reading thread.
  [[nodiscard]] insight::SampleRing& ring() { return ring_; }
  // Lines that were not looked at since the one for them found no room. Any thread.
  [[nodiscard]] const base::Tally& skipped() const { return skipped_; }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};
  static constexpr std::size_t kSmallestRing = 64;
  // About a line.
  static constexpr std::size_t kUnitBytes = 64;
  // What a batch may have at most to be looked at whole.
  static constexpr std::size_t kWholeBatchBytes = 16'384;
  // The rate is measured over this at least; when there is less traffic it is found out after it,
  // however much is to be passed over.
  static constexpr std::chrono::milliseconds kPatience{100};

  // A thousand a second, which is as many as a table holds.
  static constexpr std::size_t kNamesPerMeasure = 100;

  [[nodiscard]] bool open_batch(base::TimePoint now);
  [[nodiscard]] double units_to_cover() const;
  [[nodiscard]] std::uint64_t random();
  [[nodiscard]] std::uint64_t random_below(std::uint64_t end);
  // Every line of `pieces`, which are a batch, may be for itself.
  [[nodiscard]] bool may_take_all(std::span<const std::string_view> pieces) const;
  void refill(base::TimePoint now);
  void measure(base::TimePoint now);
  void choose_next(base::TimePoint now);
  // What a line is for that was picked from `lines` of `units` of the batch in hand.
  [[nodiscard]] std::uint64_t weight_of(std::uint64_t lines, std::uint64_t units);
  void push(insight::SampledLine sampled);

  // What came, in units, the batch in hand included; and which unit is to be looked at next.
  std::uint64_t units_ = 0;
  std::uint64_t batch_units_ = 1;
  std::uint64_t next_unit_;
  base::TimePoint deadline_;

  std::uint64_t random_;
  // Lines that may still be picked.
  std::size_t tokens_ = kBurst;
  base::TimePoint refilled_{};
  // While there are many tokens.
  bool takes_each_batch_ = true;
  double units_per_look_ = 1;
  base::TimePoint measured_at_{};
  std::uint64_t measured_units_ = 0;
  // Where the last look was, for how many units the batch in hand is, and whether that is itself
  // alone; and for how many a look without a token would have been.
  std::uint64_t last_look_ = 0;
  double covered_units_ = 0;
  bool covers_itself_ = true;
  double owed_units_ = 0;

  // Unmapped names that may still come until the rate is measured again.
  std::size_t names_left_ = kNamesPerMeasure;

  sample::Protocol protocol_ = sample::Protocol::Statsd;

  // The lines of a connection that are looked at: all, or the one that is held, which each may
  // become by the same chance.
  LineOrigin origin_;
  bool takes_all_ = false;
  std::uint64_t lines_seen_ = 0;
  std::uint64_t next_line_ = 1;
  std::size_t line_size_ = 0;
  std::array<char, kLineBytesMax> line_{};

  insight::SampleRing ring_;
  base::Tally skipped_;
};

}  // namespace weir::app
