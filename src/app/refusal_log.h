// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/refusal_text.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

// Where a line is from.
struct Origin {
  // As `name_of(ListenerKind)`.
  std::string_view transport;
  // `sender` and its address, or `listener` and its path. An address that is not known is empty.
  base::Attribute place;
};

// Knows where the lines of a batch are from.
class OriginSource {
 public:
  virtual ~OriginSource() = default;
  // `line` is of the batch in hand.
  [[nodiscard]] virtual Origin origin_of(std::string_view line) const = 0;
};

// Warns of what senders send in vain: for each reason one line a minute at most, with the number
// since the one before, one example and where it is from. What is only counted costs a comparison.
// One worker; each has its own minute.
class RefusalLog final : public pipeline::RefusalSink {
 public:
  static constexpr std::chrono::minutes kInterval{1};
  // The sender of a datagram is not always known at once. It will be soon where there are more like
  // it; one that stays the only one is reported without its sender, in the first batch after this.
  static constexpr std::chrono::seconds kPatience{1};
  // Of each piece that a sender chose.
  static constexpr std::size_t kShownBytesMax = 200;

  // `log` must outlive it.
  explicit RefusalLog(const base::Log& log) : log_(log) {}

  // Before each batch. Borrows `source` until the next call.
  void begin_batch(const OriginSource& source, base::TimePoint now);

  [[nodiscard]] bool wants(pipeline::RefusalReason reason) override;
  void on_refusal(const pipeline::Refusal& refusal) override;

  // True while a sender is to be found out.
  [[nodiscard]] bool wants_all_senders() const { return held_.has_value(); }

 private:
  struct Gate {
    base::TimePoint opens = base::TimePoint::min();
    // Since the last line.
    std::uint64_t refused = 0;
  };
  // What is to be reported once its sender is known.
  struct Held {
    std::size_t gate;
    RefusalText text;
    base::TimePoint until;
  };

  void write(std::size_t gate, RefusalText text);

  const base::Log& log_;
  const OriginSource* source_ = nullptr;
  base::TimePoint now_;
  std::array<Gate, pipeline::kRefusalReasonCount> gates_{};
  std::optional<Held> held_;
};

}  // namespace weir::app
