// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "weir/base/tally.h"
#include "weir/pipeline/drop_reason.h"
#include "weir/pipeline/named_tallies.h"
#include "weir/sample/sample.h"
#include "weir/statsd/rejection.h"

namespace weir::pipeline {

// What became of everything that one worker was sent. The worker writes, any thread reads.
struct Ledger {
  explicit Ledger(std::size_t names_max)
      : conflicts(names_max), overflowed(names_max), refused(names_max) {}

  // Batches taken from the listeners; what the reference counts as flushes of its event queue.
  base::Tally batches;
  base::Tally lines;
  base::Tally lines_too_long;
  // Of lines of datagrams; those of streams are counted by their splitter.
  base::Tally bytes_too_long;
  // Of the lines, those without a byte and those that hold a sample, good or bad. The others are
  // messages, or rejected as a whole.
  base::Tally blank_lines;
  base::Tally sample_lines;
  base::Tally samples;
  // Of the samples, those that were read and are events; the others are rejected.
  base::Tally good_samples;
  std::array<base::Tally, statsd::kRejectionCount> rejections;
  base::Tally tagged_samples;
  base::Tally tag_errors;
  base::Tally weights_capped;
  base::Tally dogstatsd_events;
  base::Tally dogstatsd_service_checks;

  // By EventKind: events that reached a series.
  std::array<base::Tally, sample::kEventKindCount> applied;
  base::Tally unmapped;
  base::Tally mapped;
  base::Tally dropped;
  // By DropReason; of those that are counted by metric name nothing is counted here.
  std::array<base::Tally, kDropReasonCount> errors;
  // Events lost for the reasons that are counted by metric name. Those names have more: what the
  // series beside an event's own lost.
  base::Tally conflicting_events;
  base::Tally refused_events;
  NamedTallies conflicts;
  // Events that landed in an overflow series, and events that a budget refused.
  NamedTallies overflowed;
  NamedTallies refused;

  // Look-ups of a name, and those of names that the rules in use had been asked for before
  // (difference Q42), whether their series have expired since or not.
  base::Tally lookups;
  base::Tally lookup_hits;
  // Names held that rules were asked for, and those of them that were asked for under earlier rules
  // than those in use.
  base::Tally answers_made;
  base::Tally answers_outdated;
  // Names held, and samples that found no room to be remembered.
  base::Tally bindings_made;
  base::Tally bindings_removed;
  base::Tally unbound;
};

}  // namespace weir::pipeline
