// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/plain_line.h"
#include "weir/statsd/rejection.h"

namespace weir::statsd {

// DogStatsD messages that are no metrics (difference Q41). They are counted and never become
// series.
enum class Message : std::uint8_t { Event, ServiceCheck };

// What a line is that has the shape of a sample and is none, all of it.
using PlainLineFault = std::variant<Message, Rejection>;

// What the parser finds, in the order of the line. Implemented by the pipeline and by tests.
class LineVisitor {
 public:
  virtual ~LineVisitor() = default;

  // A value was attempted; exactly one call before anything else is said about it.
  virtual void on_attempt() = 0;
  // A good sample of a known type.
  virtual void on_sample(const sample::Sample& sample) = 0;
  // A sample that is good but for its type (`sample.kind` means nothing): its tags still count
  // before it is rejected with IllegalEvent. The parser does not call `on_rejection` for it.
  virtual void on_unknown_type(const sample::Sample& sample, std::string_view type) = 0;
  // A line, a sample or a field that was not taken. `part` is what of the line is at fault: the
  // value, the type or the field; empty where it is all of the line.
  virtual void on_rejection(Rejection rejection, std::string_view part) = 0;
  // An observation whose sampling weight was cut down to the limit; its `on_sample` follows.
  virtual void on_weight_capped() = 0;
  // A DogStatsD event or service check.
  virtual void on_message(Message message) = 0;
};

struct ParserLimits {
  // The most observations that one sampled timer is (difference Q8).
  std::uint32_t sampling_weight_max = 1'000'000;
};

// What a parser reads only where it is asked to.
struct Wanted {
  bool timestamps = false;
  bool sets = false;
};

// Turns one line into samples: no copies, no allocation, time linear in the line. Keeps no state
// between lines. The rules are those of the StatsD reference (2.2-2.5) with the decisions of
// docs/differences.md.
class LineParser {
 public:
  LineParser(Dialects dialects, ParserLimits limits) : dialects_(dialects), limits_(limits) {}

  // Whether to fill in `Sample::timestamp`; not from the start.
  void read_timestamps(bool is_wanted) { wanted_.timestamps = is_wanted; }
  // Whether sets are samples, and not of an unknown type; not from the start.
  void read_sets(bool is_wanted) { wanted_.sets = is_wanted; }

  // Shows `visitor` what `line` holds; `line` has no newline and an empty one says nothing.
  //
  // Name tags are not read here, with one exception: a line that also has a DogStatsD section is
  // refused as mixed when its name holds at least one good tag (2.2 step 4).
  void parse(std::string_view line, LineVisitor& visitor) const;

  // The rest of what `parse` checks of a line whose shape `PlainLineReader` checked: its name and
  // tags. What `parse` would call is, without a fault, `on_attempt` and `on_sample` with
  // `line.sample()`, otherwise only the call that the fault is for.
  [[nodiscard]] std::optional<PlainLineFault> fault_of(const PlainLine& line) const;

  // The name that `parse` takes from `line`: all of it when nothing ends the name.
  [[nodiscard]] std::string_view name_of(std::string_view line) const;

 private:
  Dialects dialects_;
  ParserLimits limits_;
  Wanted wanted_;
};

}  // namespace weir::statsd
