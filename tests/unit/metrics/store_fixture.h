// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

// Writes what it is told as one line per family and series, for comparison.
class Transcript final : public ReadingVisitor {
 public:
  void on_family(const FamilyReading& family) override {
    lines.push_back(std::string(type_name(family.type)) + " " + std::string(family.name) + " '" +
                    std::string(family.help) + "'");
  }
  void on_series(const SeriesReading& series) override {
    std::string line = "{" + std::string(series.labels) + "} ";
    if (!series.bucket_counts.empty()) {
      for (const auto count : series.bucket_counts) line += std::to_string(count) + ",";
      if (series.native != nullptr) {
        line += " native";
        for (const auto count : series.native->positive.counts) line += ' ' + std::to_string(count);
      }
    } else if (!series.objectives.empty()) {
      line += "count=" + std::to_string(series.count);
    } else if (std::isnan(series.value)) {
      line += "NaN";
    } else {
      line += std::to_string(static_cast<long long>(series.value));
    }
    lines.push_back(line);
  }
  void on_family_end() override { ++families_ended; }
  void on_end() override { ++ended; }
  std::vector<std::string> lines;
  std::size_t families_ended = 0;
  std::size_t ended = 0;
};

// Wants the families of these names.
inline Scrape::NameFilter only(std::vector<std::string> names) {
  return [names = std::move(names)](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
}

// A store with a clock that the test turns.
struct StoreHarness {
  explicit StoreHarness(Budgets budgets = {}, SampleSuffixes suffixes = SampleSuffixes::Prometheus)
      : store(budgets, {"self_total", "process_self", "process_self_total"}, 42,
              {start, unix_start}, suffixes) {}

  static Definition of(Type type) {
    Definition definition;
    definition.type = type;
    if (type == Type::Summary) definition.objectives = {{0.5, 0.05}};
    if (type == Type::Histogram) definition.bounds = {1, 2};
    return definition;
  }

  Admission admit(std::string_view name, Type type, std::string_view labels = "",
                  std::string_view label_names = "", std::chrono::nanoseconds ttl = {},
                  std::string_view help = "help") {
    return admit(name, of(type), labels, label_names, ttl, help);
  }
  Admission admit(std::string_view name, const Definition& definition, std::string_view labels = "",
                  std::string_view label_names = "", std::chrono::nanoseconds ttl = {},
                  std::string_view help = "help") {
    return store.admit({.name = name,
                        .labels = labels,
                        .label_names = label_names,
                        .help = help,
                        .definition = &definition,
                        .ttl = ttl,
                        .source = {}},
                       now);
  }

  // A counter under label `a`, holding `value`.
  SeriesHandle count(std::string_view name, const std::string& a, double value,
                     std::chrono::nanoseconds ttl = {}) {
    const auto admission = admit(name, Type::Counter, "a=\"" + a + "\"", "a", ttl);
    static_cast<CounterSeries*>(admission.header)->add(value);
    return admission.series;
  }

  std::vector<std::string> scrape(Scrape::NameFilter is_wanted = {}) {
    Transcript transcript;
    Scrape pass(store, {}, std::move(is_wanted));
    while (pass.advance(transcript, now, 1)) {
    }
    return transcript.lines;
  }

  // False when a worker is still in a batch.
  bool expire() {
    store.mark_expired(now);
    return store.finish_expiry(now);
  }

  base::TimePoint start{std::chrono::hours(1)};
  base::UnixTime unix_start{std::chrono::seconds(1'700'000'000)};
  base::TimePoint now = start;
  Store store;
};

}  // namespace weir::metrics
