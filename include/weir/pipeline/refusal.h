// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "weir/metrics/store.h"
#include "weir/pipeline/drop_reason.h"
#include "weir/statsd/rejection.h"

namespace weir::pipeline {

// Why something was refused by neither the parser nor as an event that was read whole.
enum class OtherRefusal : std::uint8_t {
  MalformedTag,  // the sample is kept without it
  Overflowed,    // the sample is kept in its family's overflow series
  LineTooLong,
  FrameTooLong,  // of a stream of packets with their lengths in front
  FrameCutOff,   // the same, by the end of its connection
  BadPoint,      // a line of InfluxDB's protocol that is none
  BadWavefrontLine,
};
inline constexpr std::size_t kOtherRefusalCount = 7;

using RefusalReason = std::variant<statsd::Rejection, DropReason, OtherRefusal>;
inline constexpr std::size_t kRefusalReasonCount =
    statsd::kRejectionCount + kDropReasonCount + kOtherRefusalCount;

// A number below kRefusalReasonCount, each reason's own.
[[nodiscard]] std::size_t number_of(RefusalReason reason);
// The label value where the reason has a metric, and a word like it where it has none.
[[nodiscard]] std::string_view name_of(RefusalReason reason);

// An event that was read and came to nothing.
struct RefusedEvent {
  // On the page; as it was sent where the mapping leaves nothing of it.
  std::string_view metric;
  // On the page, without braces.
  std::string_view labels;
  // `counter`, `gauge`, `observer` or `set`.
  std::string_view type;
  // After the rule's scale.
  double value = 0;
  // Of a set, in place of `value`.
  std::string_view member = {};
  // The pattern of the rule that made the name; empty without one.
  std::string_view match;
  // What has the name, of a conflict.
  std::optional<metrics::Obstacle> obstacle;
  // Of what a budget refused or put into an overflow series: which label of the family is to blame.
  std::optional<metrics::LabelSpread> spread = {};
};

// Something that was not taken, or not all of it. All bytes are borrowed.
struct Refusal {
  RefusalReason reason;
  // Of a line that is too long, and came in pieces, what had come; empty for frames.
  std::string_view line;
  // What of the line is at fault: the value, the type, the field, or the tags with commas between;
  // of a bad point or line of Wavefront what is wrong, in words.
  // Empty where that is all of it, and for events.
  std::string_view part;
  std::optional<RefusedEvent> event;
};

// Gets what a sender sent in vain. Called on the worker's thread, inside a batch.
class RefusalSink {
 public:
  virtual ~RefusalSink() = default;

  // Called for each refusal, of a flood, too. `on_refusal` follows when the answer is true: only
  // then is it found out what there is to say.
  [[nodiscard]] virtual bool wants(RefusalReason reason) = 0;
  virtual void on_refusal(const Refusal& refusal) = 0;
};

}  // namespace weir::pipeline
