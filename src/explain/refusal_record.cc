// SPDX-License-Identifier: Apache-2.0
#include "explain/refusal_record.h"

#include <algorithm>
#include <utility>

#include "explain/fault_text.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/series_request.h"

namespace weir::explain {

namespace {

using Entry = RefusalRecord::Entry;

// Of a line with thousands of values each may have a fault. Events are apart: the first samples are
// explained, and each has few.
constexpr std::size_t kLineEntriesMax = 64;
constexpr std::size_t kEventEntriesMax = 256;
constexpr std::size_t kLineFaultsMax = 16;

bool is_same(const Fault& a, const Fault& b) {
  const auto begin = [](const Fault& fault) {
    return fault.place ? fault.place->begin : std::string::npos;
  };
  return a.reason == b.reason && begin(a) == begin(b) && a.text == b.text;
}

// The series that the entry is about is the sample's own, not one beside it.
bool is_of(const Entry& entry, const SampleExplanation& sample) {
  const auto& series = sample.series;
  if (entry.type != pipeline::event_kind_name(sample::event_kind(sample.kind))) return false;
  if (entry.labels != series.label_body) return false;
  if (entry.metric == series.name) return true;
  const auto suffix = pipeline::conflict_suffix(series.definition.type, series.definition.gauge);
  return entry.metric == series.name + std::string(suffix);
}

void add_to_line(Fault fault, Explanation& explanation) {
  auto& faults = explanation.faults;
  const auto is_known = [&fault](const Fault& known) { return is_same(known, fault); };
  if (faults.size() == kLineFaultsMax || std::ranges::any_of(faults, is_known)) return;
  faults.push_back(std::move(fault));
}

}  // namespace

void RefusalRecord::begin(std::string_view line, std::string_view name) {
  line_ = line;
  name_ = name;
  entries_.clear();
  line_room_ = kLineEntriesMax;
  event_room_ = kEventEntriesMax;
}

bool RefusalRecord::wants(pipeline::RefusalReason /*reason*/) { return true; }

void RefusalRecord::on_refusal(const pipeline::Refusal& refusal) {
  auto& room = refusal.event ? event_room_ : line_room_;
  if (room == 0) return;
  --room;
  Entry entry{.fault = fault_of(refusal, line_, name_), .metric = {}, .labels = {}, .type = {}};
  if (refusal.event) {
    entry.metric = refusal.event->metric;
    entry.labels = refusal.event->labels;
    entry.type = refusal.event->type;
  }
  entries_.push_back(std::move(entry));
}

void hand_out(std::vector<Entry>& entries, Explanation& explanation) {
  for (auto& entry : entries) {
    const bool is_of_event = !entry.type.empty();
    const auto sample = std::ranges::find_if(explanation.samples, [&](const auto& candidate) {
      if (candidate.fault) return false;
      return is_of_event ? entry.fault.is_loss && is_of(entry, candidate)
                         : candidate.end == End::Refused && is_of_set(entry.fault);
    });
    if (sample != explanation.samples.end()) {
      sample->end = End::Refused;
      sample->fault = std::move(entry.fault);
      continue;
    }
    // What a series beside a sample's own loses, the sample's own still gets.
    if (is_of_event && explanation.samples_left_out == 0) entry.fault.is_loss = false;
    add_to_line(std::move(entry.fault), explanation);
  }
  for (auto& sample : explanation.samples) {
    // Past the bound for the line.
    if (sample.end == End::Refused && !sample.fault) {
      sample.fault = fault_of(
          {.reason = statsd::Rejection::IllegalEvent, .line = {}, .part = "s", .event = {}}, {},
          {});
      sample.fault->place.reset();
    }
  }
}

}  // namespace weir::explain
