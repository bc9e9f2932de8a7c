// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/outcome_metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "weir/statsd/rejection.h"

namespace weir::pipeline {

namespace {

using statsd::Rejection;
using telemetry::kCounter;
using telemetry::Labels;
using telemetry::Samples;
using OutcomeMetric = telemetry::Metric<LedgerMetricsSource>;

// The sum of what `read` gives of each worker's ledger.
template <typename Read>
double sum_of(const LedgerMetricsSource& source, Read read) {
  std::uint64_t sum = 0;
  for (const auto* ledger : source.ledgers) sum += read(*ledger);
  return static_cast<double>(sum);
}

template <std::size_t kCount>
std::uint64_t rejected(const Ledger& ledger, const std::array<Rejection, kCount>& why) {
  std::uint64_t sum = 0;
  for (const Rejection each : why) sum += ledger.rejections[static_cast<std::size_t>(each)].value();
  return sum;
}

template <std::size_t kCount>
std::uint64_t sum_of_all(const std::array<base::Tally, kCount>& tallies) {
  std::uint64_t sum = 0;
  for (const base::Tally& tally : tallies) sum += tally.value();
  return sum;
}

// Of a whole line, and of one sample. The others leave the sample as it is.
constexpr std::array kOfLines = {Rejection::MalformedLine, Rejection::MixedTaggingStyles,
                                 Rejection::NotEnoughParts,
                                 Rejection::InvalidExtendedAggregateType};
constexpr std::array kOfSamples = {Rejection::MalformedComponent, Rejection::MalformedValue,
                                   Rejection::IllegalEvent};

void add_lines(Samples<1>& samples, const LedgerMetricsSource& source) {
  const auto add = [&](const char* outcome, auto read) {
    samples.add(sum_of(source, read), outcome);
  };
  add("blank", [](const Ledger& ledger) { return ledger.blank_lines.value(); });
  add("message", [](const Ledger& ledger) {
    return ledger.dogstatsd_events.value() + ledger.dogstatsd_service_checks.value();
  });
  add("rejected", [](const Ledger& ledger) { return rejected(ledger, kOfLines); });
  add("sample", [](const Ledger& ledger) { return ledger.sample_lines.value(); });
  add("too_long", [](const Ledger& ledger) { return ledger.lines_too_long.value(); });
}

void add_samples(Samples<1>& samples, const LedgerMetricsSource& source) {
  samples.add(sum_of(source, [](const Ledger& ledger) { return ledger.good_samples.value(); }),
              "event");
  samples.add(sum_of(source, [](const Ledger& ledger) { return rejected(ledger, kOfSamples); }),
              "rejected");
}

void add_events(Samples<1>& samples, const LedgerMetricsSource& source) {
  const auto add = [&](const char* outcome, auto read) {
    samples.add(sum_of(source, read), outcome);
  };
  add("applied", [](const Ledger& ledger) { return sum_of_all(ledger.applied); });
  add("conflict", [](const Ledger& ledger) { return ledger.conflicting_events.value(); });
  add("dropped", [](const Ledger& ledger) { return ledger.dropped.value(); });
  add("error", [](const Ledger& ledger) { return sum_of_all(ledger.errors); });
  add("refused", [](const Ledger& ledger) { return ledger.refused_events.value(); });
}

constexpr Labels kByOutcome{"outcome"};

constexpr std::array kOutcomeTable = {
    OutcomeMetric{"weir_ledger_events_total", kCounter, "Events, by what became of them.",
                  kByOutcome,
                  [](Samples<1>& samples, const LedgerMetricsSource& source) {
                    add_events(samples, source);
                  }},
    OutcomeMetric{
        "weir_ledger_lines_total", kCounter, "Lines, by what they turned out to be.", kByOutcome,
        [](Samples<1>& samples, const LedgerMetricsSource& source) { add_lines(samples, source); }},
    OutcomeMetric{"weir_ledger_samples_total", kCounter,
                  "Samples of lines, by what became of them.", kByOutcome,
                  [](Samples<1>& samples, const LedgerMetricsSource& source) {
                    add_samples(samples, source);
                  }},
};

}  // namespace

constinit const telemetry::Collector<LedgerMetricsSource> kOutcomeMetrics{kOutcomeTable};

}  // namespace weir::pipeline
