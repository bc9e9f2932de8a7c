// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <string_view>

#include "app/insight/totals.h"
#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

using Step = insight::History::Step;

// One value of each step, null where it is not known.
template <typename Read>
void write_values(base::JsonWriter& json, std::string_view key, const insight::History& history,
                  const Read& read) {
  json.key(key).open_array();
  for (const Step& step : history.steps()) write_optional(json, read(step));
  json.close_array();
}

void write_losses(base::JsonWriter& json, const insight::History& history) {
  json.key("losses_per_second").open_object();
  for (std::size_t i = 0; i < kLossCount; ++i) {
    write_values(json, kLosses[i].name, history, [i](const Step& step) { return step.losses[i]; });
  }
  json.close_object();
}

}  // namespace

http::Response history_answer(const ApiSources& from, const http::Request& /*request*/) {
  const insight::History& history = from.monitor.history();
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("step_seconds").count(insight::History::kStep.count());
  const auto end = history.end();
  json.key("end");
  write_optional(json, end ? std::optional(seconds_of(*end)) : std::nullopt);
  write_values(json, "lines_per_second", history, [](const Step& step) { return step.lines; });
  write_values(json, "datagrams_per_second", history,
               [](const Step& step) { return step.datagrams; });
  write_losses(json, history);
  write_values(json, "series", history,
               [](const Step& step) { return std::optional(static_cast<double>(step.series)); });
  write_values(json, "resident_bytes", history,
               [](const Step& step) { return step.resident_bytes; });
  write_values(json, "scrape_seconds", history,
               [](const Step& step) { return step.scrape_seconds; });
  json.close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
