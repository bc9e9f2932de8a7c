// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/self_metrics.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <map>

#include "pipeline/self_metric_table.h"
#include "weir/metrics/naming.h"

namespace weir::pipeline {

namespace {

using Ledgers = std::span<const Ledger* const>;

double total(Ledgers ledgers, base::Tally Ledger::*field) {
  std::uint64_t sum = 0;
  for (const auto* ledger : ledgers) sum += (ledger->*field).value();
  return static_cast<double>(sum);
}

template <std::size_t kSize>
double total(Ledgers ledgers, std::array<base::Tally, kSize> Ledger::*field, std::size_t at) {
  std::uint64_t sum = 0;
  for (const auto* ledger : ledgers) sum += (ledger->*field)[at].value();
  return static_cast<double>(sum);
}

// How many there are of what is made and goes. What is gone is read first: a worker makes more
// meanwhile, and there are never fewer than none.
double present(Ledgers ledgers, base::Tally Ledger::*made, base::Tally Ledger::*gone) {
  const double less = total(ledgers, gone);
  return std::max(0.0, total(ledgers, made) - less);
}

// One sample per metric name and event kind, from all workers.
void add_by_name(SelfMetrics& metrics, std::string_view name, Ledgers ledgers,
                 NamedTallies Ledger::*field) {
  std::map<std::pair<std::string, sample::EventKind>, std::uint64_t> sums;
  for (const auto* ledger : ledgers) {
    (ledger->*field).visit([&sums](sample::EventKind kind, const std::string& of, std::uint64_t n) {
      sums[{of, kind}] += n;
    });
  }
  for (const auto& [key, sum] : sums) {
    // What was looked up but never counted does not show.
    metrics.add_if(sum > 0, name, static_cast<double>(sum),
                   {{"metric_name", key.first}, {"type", event_kind_name(key.second)}});
  }
}

void add_events(SelfMetrics& metrics, Ledgers ledgers) {
  for (std::size_t i = 0; i < sample::kEventKindCount; ++i) {
    const double sum = total(ledgers, &Ledger::applied, i);
    metrics.add_if(sum > 0, "statsd_exporter_events_total", sum,
                   {{"type", event_kind_name(static_cast<sample::EventKind>(i))}});
  }
  metrics.add("statsd_exporter_events_unmapped_total", total(ledgers, &Ledger::unmapped));
  const double dropped = total(ledgers, &Ledger::dropped);
  const double mapped = total(ledgers, &Ledger::mapped);
  metrics.add_if(dropped > 0, "statsd_exporter_events_actions_total", dropped,
                 {{"action", "drop"}});
  metrics.add_if(mapped > 0, "statsd_exporter_events_actions_total", mapped, {{"action", "map"}});
  // In the order of the label values, as the exposition wants it.
  std::map<std::string_view, double> errors;
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    const auto why = static_cast<DropReason>(i);
    if (!is_counted_by_name(why)) errors[reason(why)] = total(ledgers, &Ledger::errors, i);
  }
  for (const auto& [text, sum] : errors) {
    metrics.add_if(sum > 0, "statsd_exporter_events_error_total", sum, {{"reason", text}});
  }
  add_by_name(metrics, "statsd_exporter_events_conflict_total", ledgers, &Ledger::conflicts);
  add_by_name(metrics, "weir_events_overflowed_total", ledgers, &Ledger::overflowed);
  add_by_name(metrics, "weir_events_refused_total", ledgers, &Ledger::refused);
}

void add_lines(SelfMetrics& metrics, Ledgers ledgers, std::uint64_t idle_flushes) {
  metrics.add("statsd_exporter_event_queue_flushed_total",
              total(ledgers, &Ledger::batches) + static_cast<double>(idle_flushes));
  metrics.add("statsd_exporter_lines_total", total(ledgers, &Ledger::lines));
  metrics.add("statsd_exporter_samples_total", total(ledgers, &Ledger::samples));
  std::map<std::string_view, double> rejections;
  for (std::size_t i = 0; i < statsd::kRejectionCount; ++i) {
    rejections[statsd::reason(static_cast<statsd::Rejection>(i))] =
        total(ledgers, &Ledger::rejections, i);
  }
  for (const auto& [text, sum] : rejections) {
    metrics.add_if(sum > 0, "statsd_exporter_sample_errors_total", sum, {{"reason", text}});
  }
  metrics.add("statsd_exporter_tags_total", total(ledgers, &Ledger::tagged_samples));
  metrics.add("statsd_exporter_tag_errors_total", total(ledgers, &Ledger::tag_errors));
  metrics.add("weir_lines_too_long_total", total(ledgers, &Ledger::lines_too_long));
  metrics.add("weir_sampling_weights_capped_total", total(ledgers, &Ledger::weights_capped));
  metrics.add("weir_dogstatsd_messages_total", total(ledgers, &Ledger::dogstatsd_events),
              {{"kind", "event"}});
  metrics.add("weir_dogstatsd_messages_total", total(ledgers, &Ledger::dogstatsd_service_checks),
              {{"kind", "service_check"}});
}

void add_names(SelfMetrics& metrics, Ledgers ledgers, std::uint64_t cache_size) {
  const double held = present(ledgers, &Ledger::bindings_made, &Ledger::bindings_removed);
  const double answered = present(ledgers, &Ledger::answers_made, &Ledger::answers_outdated);
  metrics.add("weir_bindings", held);
  metrics.add("weir_unbound_samples_total", total(ledgers, &Ledger::unbound));
  if (cache_size == 0) return;
  metrics.add("statsd_metric_mapper_cache_length",
              std::min({answered, held, static_cast<double>(cache_size)}));
  metrics.add("statsd_metric_mapper_cache_gets_total", total(ledgers, &Ledger::lookups));
  metrics.add("statsd_metric_mapper_cache_hits_total", total(ledgers, &Ledger::lookup_hits));
}

void add_store(SelfMetrics& metrics, const metrics::StoreCounts& counts) {
  for (const auto type : {metrics::Type::Counter, metrics::Type::Gauge, metrics::Type::Histogram,
                          metrics::Type::Summary}) {
    const auto vectors = counts.vectors[static_cast<std::size_t>(type)];
    metrics.add_if(vectors > 0, "statsd_exporter_metrics_total", static_cast<double>(vectors),
                   {{"type", metrics::type_name(type)}});
  }
  metrics.add("weir_series", static_cast<double>(counts.series));
  metrics.add("weir_families", static_cast<double>(counts.families));
  metrics.add("weir_series_expired_total", static_cast<double>(counts.series_expired));
  metrics.add("weir_definitions_replaced_total", static_cast<double>(counts.replaced));
  metrics.add("weir_store_bytes", static_cast<double>(counts.bytes));
}

}  // namespace

std::vector<std::string> self_metric_names() {
  std::vector<std::string> names;
  names.reserve(kSelfMetrics.size());
  for (const auto& metric : kSelfMetrics) names.emplace_back(metric.name);
  return names;
}

void SelfMetrics::add(std::string_view name, double value, std::initializer_list<Label> labels) {
  if (families_.empty() || families_.back().name != name) {
    const auto known =
        std::find_if(kSelfMetrics.begin(), kSelfMetrics.end(),
                     [name](const SelfMetric& metric) { return metric.name == name; });
    assert(known != kSelfMetrics.end());
    families_.push_back({std::string(name), std::string(known->help), known->type, {}});
  }
  metrics::SelfSample sample;
  for (const auto& [key, text] : labels) {
    if (!sample.labels.empty()) sample.labels += ',';
    sample.labels += key;
    sample.labels += "=\"";
    metrics::append_escaped_label_value(sample.labels, text);
    sample.labels += '"';
  }
  sample.value = value;
  families_.back().samples.push_back(std::move(sample));
}

void add_pipeline_metrics(SelfMetrics& metrics, Ledgers ledgers, const metrics::Store& store,
                          std::uint64_t cache_size, std::uint64_t idle_flushes) {
  add_events(metrics, ledgers);
  add_lines(metrics, ledgers, idle_flushes);
  add_names(metrics, ledgers, cache_size);
  add_store(metrics, store.counts());
}

}  // namespace weir::pipeline
