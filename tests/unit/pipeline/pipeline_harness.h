// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/text_writer.h"
#include "weir/base/clock.h"
#include "weir/metrics/scrape.h"
#include "weir/pipeline/ledger_metrics.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/store_metrics.h"
#include "weir/rulefile/loader.h"

namespace weir::pipeline {

// The whole flow without sockets: text in, text out.
struct PipelineHarness {
  explicit PipelineHarness(const std::string& mapping = "", PipelineOptions options = {},
                           metrics::Budgets budgets = {}, RuleFallbacks fallbacks_of = {})
      : fallbacks(fallbacks_of),
        store(budgets, reserved_names(), 1, {now, {}}),
        pipeline(rules(mapping), store, options) {}

  static std::vector<std::string> reserved_names() {
    std::vector<std::string> names;
    kLedgerMetrics.append_names(names);
    kStoreMetrics.append_names(names);
    return names;
  }

  std::shared_ptr<const PreparedRules> rules(const std::string& mapping) {
    current = prepare(rulefile::parse_rules(mapping, "mapping.yml").rules, ++generation,
                      current.get(), fallbacks);
    return current;
  }

  void send(std::string_view datagram) {
    Pipeline::Batch batch(pipeline, now);
    batch.datagram(datagram);
  }

  void reload(const std::string& mapping) { static_cast<void>(pipeline.use_rules(rules(mapping))); }

  void pass(std::chrono::seconds time) {
    now += time;
    store.mark_expired(now);
    store.finish_expiry(now);
  }

  // The exposition without its comment lines.
  [[nodiscard]] std::string samples(std::vector<metrics::SelfFamily> families = {}) {
    std::string page;
    exposition::TextWriter writer(page);
    metrics::Scrape scrape(store, std::move(families), {});
    while (scrape.advance(writer, now, 1000)) {
    }
    std::string kept;
    for (std::size_t at = 0; at < page.size();) {
      const auto end = page.find('\n', at) + 1;
      if (page[at] != '#') kept += page.substr(at, end - at);
      at = end;
    }
    return kept;
  }

  // One of the daemon's own metrics as its line in the exposition, without the newline; "" when it
  // does not show.
  [[nodiscard]] std::string self(std::string_view name_and_labels) {
    std::vector<metrics::SelfFamily> families;
    kLedgerMetrics.collect({{&pipeline.ledger()}, 1000, 0}, families);
    kStoreMetrics.collect(store.counts(), families);
    const std::string page = "\n" + samples(std::move(families));
    const auto at = page.find("\n" + std::string(name_and_labels) + " ");
    return at == std::string::npos ? "" : page.substr(at + 1, page.find('\n', at + 1) - at - 1);
  }

  base::TimePoint now{std::chrono::hours(1)};
  RuleFallbacks fallbacks;
  std::uint32_t generation = 0;
  std::shared_ptr<const PreparedRules> current;
  metrics::Store store;
  Pipeline pipeline;
};

}  // namespace weir::pipeline
