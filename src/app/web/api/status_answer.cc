// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>

#include "app/insight/totals.h"
#include "app/version.h"
#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "app/web/process_metrics.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

void write_health(const ApiSources& from, base::JsonWriter& json) {
  const std::string& reason = from.supervision.not_ready_reason();
  json.key("is_ready").boolean(reason.empty());
  json.key("not_ready_reason").text(reason);
}

void write_mapping(const ApiSources& from, base::JsonWriter& json) {
  const Reloader& reloader = from.reloader;
  json.key("mapping").open_object();
  json.key("file").text(from.options.mapping_path);
  json.key("rules").count(reloader.loaded_mappings());
  json.key("loaded");
  if (reloader.has_file()) {
    json.number(reloader.last_success_seconds());
  } else {
    json.null();
  }
  json.key("reloads").count(reloader.successes() + reloader.failures());
  json.key("reloads_failed").count(reloader.failures());
  json.close_object();
}

void write_losses(const ApiSources& from, base::JsonWriter& json) {
  const auto losses = read_losses(from.workers);
  json.key("losses").open_object();
  for (std::size_t i = 0; i < kLossCount; ++i) json.key(kLosses[i].name).count(losses[i]);
  json.close_object();
}

void write_traffic(const ApiSources& from, base::JsonWriter& json) {
  const Totals totals = read_totals(from.workers);
  json.key("lines").count(totals.lines);
  json.key("datagrams").count(totals.datagrams);
  json.key("bytes").count(totals.bytes);
  json.key("samples").count(totals.samples);
  json.key("applied").count(totals.applied);
}

void write_store(const ApiSources& from, base::JsonWriter& json) {
  const metrics::StoreCounts counts = from.store.counts();
  const metrics::Budgets& budgets = from.options.store;
  json.key("series").count(counts.series);
  json.key("families").count(counts.families);
  json.key("series_max").count(budgets.series_max);
  // The one that the budget is held against.
  json.key("store_bytes").count(std::max(counts.bytes, counts.bytes_held));
  json.key("store_bytes_max").count(budgets.bytes_max);
}

void write_memory(const ApiSources& from, base::JsonWriter& json) {
  json.key("resident_bytes");
  write_optional(json, read_resident_bytes());
  json.key("memory_limit_bytes");
  if (from.memory.bytes == 0) {
    json.null();
  } else {
    json.count(from.memory.bytes);
  }
}

void write_scrapes(const ApiSources& from, base::JsonWriter& json) {
  const ScrapeCounts& counts = from.scrapes.counts();
  json.key("scrapes").open_object().key("total").count(counts.done);
  json.key("last");
  write_optional(json, counts.last ? std::optional(seconds_of(counts.last->ended)) : std::nullopt);
  json.key("last_seconds");
  write_optional(json, counts.last ? std::optional(counts.last->seconds) : std::nullopt);
  json.close_object();
}

}  // namespace

http::Response status_answer(const ApiSources& from, const http::Request& /*request*/) {
  std::string body;
  base::JsonWriter json(body);
  const std::chrono::duration<double> up = base::Clock::now() - from.started.monotonic;
  json.open_object();
  json.key("version").text(kVersion);
  json.key("started").number(seconds_of(from.started.unix_time));
  json.key("now").number(seconds_of(base::unix_now()));
  json.key("uptime_seconds").number(up.count());
  json.key("workers").count(from.workers.size());
  write_health(from, json);
  write_mapping(from, json);
  write_traffic(from, json);
  write_losses(from, json);
  write_store(from, json);
  write_memory(from, json);
  write_scrapes(from, json);
  json.close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
