// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/ledger_metrics.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "weir/statsd/rejection.h"

namespace weir::pipeline {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using Ledgers = std::vector<const Ledger*>;
using LedgerMetric = telemetry::Metric<LedgerMetricsSource>;

double total(const Ledgers& ledgers, base::Tally Ledger::*field) {
  std::uint64_t sum = 0;
  for (const auto* ledger : ledgers) sum += (ledger->*field).value();
  return static_cast<double>(sum);
}

template <std::size_t kSize>
double total(const Ledgers& ledgers, std::array<base::Tally, kSize> Ledger::*field,
             std::size_t at) {
  std::uint64_t sum = 0;
  for (const auto* ledger : ledgers) sum += (ledger->*field)[at].value();
  return static_cast<double>(sum);
}

// How many there are of what is made and goes. What is gone is read first: a worker makes more
// meanwhile, and there are never fewer than none.
double present(const Ledgers& ledgers, base::Tally Ledger::*made, base::Tally Ledger::*gone) {
  const double less = total(ledgers, gone);
  return std::max(0.0, total(ledgers, made) - less);
}

double bindings(const Ledgers& ledgers) {
  return present(ledgers, &Ledger::bindings_made, &Ledger::bindings_removed);
}

template <base::Tally Ledger::*kField>
struct Sum {
  double operator()(const LedgerMetricsSource& source) const {
    return total(source.ledgers, kField);
  }
};

// The same for a metric of the reference's cache.
template <base::Tally Ledger::*kField>
struct CacheSum {
  std::optional<double> operator()(const LedgerMetricsSource& source) const {
    if (source.cache_size == 0) return std::nullopt;
    return total(source.ledgers, kField);
  }
};

// In ascending order of the reasons' texts.
template <typename Reason, std::size_t kCount, std::array<base::Tally, kCount> Ledger::*kField>
struct ByReason {
  void operator()(Samples<1>& samples, const LedgerMetricsSource& source) const {
    std::map<std::string_view, double> sums;
    for (std::size_t i = 0; i < kCount; ++i) {
      sums[reason(static_cast<Reason>(i))] = total(source.ledgers, kField, i);
    }
    for (const auto& [text, sum] : sums) samples.add_if_counted(sum, text);
  }
};

// By metric name and event kind. What was looked up but never counted does not show.
template <NamedTallies Ledger::*kField>
struct ByName {
  void operator()(Samples<2>& samples, const LedgerMetricsSource& source) const {
    std::map<std::pair<std::string_view, sample::EventKind>, std::uint64_t> sums;
    for (const auto* ledger : source.ledgers) {
      (ledger->*kField)
          .visit([&sums](sample::EventKind kind, std::string_view of, std::uint64_t n) {
            sums[{of, kind}] += n;
          });
    }
    for (const auto& [key, sum] : sums) {
      samples.add_if_counted(static_cast<double>(sum), key.first, event_kind_name(key.second));
    }
  }
};

// What a budget kept from a series of its own, by family. Which names are apart is settled when
// they are first seen, so that no count goes back.
struct OverflowByName {
  static constexpr std::size_t kNamesMax = 32;

  void operator()(Samples<1>& samples, const LedgerMetricsSource& source) const {
    std::map<std::string_view, std::uint64_t> sums;
    for (const auto* ledger : source.ledgers) {
      for (const NamedTallies* const tallies : {&ledger->overflowed, &ledger->refused}) {
        tallies->visit_first(kNamesMax,
                             [&sums](std::string_view name, std::uint64_t n) { sums[name] += n; });
      }
    }
    for (const auto& [name, sum] : sums) samples.add_if_counted(static_cast<double>(sum), name);
  }
};

struct EventsByKind {
  void operator()(Samples<1>& samples, const LedgerMetricsSource& source) const {
    for (std::size_t i = 0; i < sample::kEventKindCount; ++i) {
      samples.add_if_counted(total(source.ledgers, &Ledger::applied, i),
                             event_kind_name(static_cast<sample::EventKind>(i)));
    }
  }
};

struct EventsByAction {
  void operator()(Samples<1>& samples, const LedgerMetricsSource& source) const {
    samples.add_if_counted(total(source.ledgers, &Ledger::dropped), "drop");
    samples.add_if_counted(total(source.ledgers, &Ledger::mapped), "map");
  }
};

struct MessagesByKind {
  void operator()(Samples<1>& samples, const LedgerMetricsSource& source) const {
    samples.add(total(source.ledgers, &Ledger::dogstatsd_events), "event");
    samples.add(total(source.ledgers, &Ledger::dogstatsd_service_checks), "service_check");
  }
};

struct CacheLength {
  std::optional<double> operator()(const LedgerMetricsSource& source) const {
    if (source.cache_size == 0) return std::nullopt;
    const double held = bindings(source.ledgers);
    const double answered =
        present(source.ledgers, &Ledger::answers_made, &Ledger::answers_outdated);
    return std::min({answered, held, static_cast<double>(source.cache_size)});
  }
};

constexpr std::array kLedgerTable = {
    LedgerMetric{"statsd_exporter_event_queue_flushed_total", kCounter,
                 "Number of times events were flushed to exporter",
                 [](const LedgerMetricsSource& source) {
                   return total(source.ledgers, &Ledger::batches) +
                          static_cast<double>(source.idle_flushes);
                 }},
    LedgerMetric{"statsd_exporter_events_actions_total", kCounter,
                 "The total number of StatsD events by action.", Labels{"action"},
                 EventsByAction()},
    LedgerMetric{"statsd_exporter_events_conflict_total", kCounter,
                 "The total number of StatsD events with conflicting names.",
                 Labels{"metric_name", "type"}, ByName<&Ledger::conflicts>()},
    LedgerMetric{"statsd_exporter_events_error_total", kCounter,
                 "The total number of StatsD events discarded due to errors.", Labels{"reason"},
                 ByReason<DropReason, kDropReasonCount, &Ledger::errors>()},
    LedgerMetric{"statsd_exporter_events_total", kCounter,
                 "The total number of StatsD events seen.", Labels{"type"}, EventsByKind()},
    LedgerMetric{"statsd_exporter_events_unmapped_total", kCounter,
                 "The total number of StatsD events no mapping was found for.",
                 Sum<&Ledger::unmapped>()},
    LedgerMetric{"statsd_exporter_lines_total", kCounter,
                 "The total number of StatsD lines received.", Sum<&Ledger::lines>()},
    LedgerMetric{"statsd_exporter_sample_errors_total", kCounter,
                 "The total number of errors parsing StatsD samples.", Labels{"reason"},
                 ByReason<statsd::Rejection, statsd::kRejectionCount, &Ledger::rejections>()},
    LedgerMetric{"statsd_exporter_samples_total", kCounter,
                 "The total number of StatsD samples received.", Sum<&Ledger::samples>()},
    LedgerMetric{"statsd_exporter_tag_errors_total", kCounter,
                 "The number of errors parsing DogStatsD tags.", Sum<&Ledger::tag_errors>()},
    LedgerMetric{"statsd_exporter_tags_total", kCounter,
                 "The total number of DogStatsD tags processed.", Sum<&Ledger::tagged_samples>()},
    LedgerMetric{"statsd_metric_mapper_cache_gets_total", kCounter,
                 "The count of total metric cache gets.", CacheSum<&Ledger::lookups>()},
    LedgerMetric{"statsd_metric_mapper_cache_hits_total", kCounter,
                 "The count of total metric cache hits.", CacheSum<&Ledger::lookup_hits>()},
    LedgerMetric{"statsd_metric_mapper_cache_length", kGauge,
                 "The count of unique metrics currently cached.", CacheLength()},
    LedgerMetric{"weir_bindings", kGauge, "Names, as sent, that are remembered for the fast way.",
                 [](const LedgerMetricsSource& source) { return bindings(source.ledgers); }},
    LedgerMetric{"weir_dogstatsd_messages_total", kCounter,
                 "DogStatsD events and service checks, which become no series, by kind.",
                 Labels{"kind"}, MessagesByKind()},
    LedgerMetric{"weir_events_overflowed_total", kCounter,
                 "Events counted in a family's overflow series because a budget is used up.",
                 Labels{"metric_name", "type"}, ByName<&Ledger::overflowed>()},
    LedgerMetric{"weir_events_refused_total", kCounter,
                 "Events lost because a budget is used up, by metric name.",
                 Labels{"metric_name", "type"}, ByName<&Ledger::refused>()},
    LedgerMetric{"weir_lines_too_long_total", kCounter,
                 "Lines skipped because they are longer than the limit, from all listeners.",
                 Sum<&Ledger::lines_too_long>()},
    LedgerMetric{
        "weir_overflow_samples_total", kCounter,
        "Samples that a budget kept from a series of their own, overflowed or refused, by the "
        "first metric names; the others are weir_other.",
        Labels{"metric_name"}, OverflowByName()},
    LedgerMetric{"weir_sampling_weights_capped_total", kCounter,
                 "Sampled observations whose weight was cut down to the limit.",
                 Sum<&Ledger::weights_capped>()},
    LedgerMetric{"weir_unbound_samples_total", kCounter,
                 "Samples served the slow way because their name could not be remembered.",
                 Sum<&Ledger::unbound>()},
};

}  // namespace

constinit const telemetry::Collector<LedgerMetricsSource> kLedgerMetrics{kLedgerTable};

}  // namespace weir::pipeline
