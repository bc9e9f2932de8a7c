// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

void write_count(base::JsonWriter& json, std::string_view key, std::optional<std::uint64_t> count) {
  json.key(key);
  if (count) {
    json.count(*count);
  } else {
    json.null();
  }
}

struct Row {
  std::string_view name;
  metrics::Type type = metrics::Type::Counter;
  std::optional<std::uint64_t> samples;
  std::optional<std::uint64_t> series;
};

void write_row(base::JsonWriter& json, const Row& row) {
  json.open_object();
  json.key("name").text(row.name);
  json.key("type").text(metrics::type_name(row.type));
  write_count(json, "samples", row.samples);
  write_count(json, "series", row.series);
  json.close_object();
}

bool has_estimates(const ApiSources& from) {
  return !from.monitor.has_all_lines() || from.monitor.traffic()->metrics().replaced() > 0;
}

http::Response by_samples(const ApiSources& from, std::size_t limit) {
  from.monitor.refresh();
  const auto entries = from.monitor.traffic()->metrics().sorted();
  const std::size_t shown = std::min(limit, entries.size());
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("metrics").open_array();
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& entry = *entries[i];
    write_row(json, {entry.key, entry.value.type, entry.seen(), from.store.series_of(entry.key)});
  }
  json.close_array();
  json.key("is_estimate").boolean(has_estimates(from));
  json.key("left_out").count(entries.size() - shown).close_object();
  return json_response(std::move(body));
}

http::Response by_series(const ApiSources& from, const insight::Census& census, std::size_t limit) {
  from.monitor.refresh();
  const auto& samples = from.monitor.traffic()->metrics();
  const std::size_t shown = std::min(limit, census.families().size());
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("metrics").open_array();
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& family = census.families()[i];
    const auto* const known = samples.find(family.name);
    write_row(json,
              {family.name, family.type,
               known != nullptr ? std::optional(known->seen()) : std::nullopt, family.series});
  }
  json.close_array();
  json.key("is_estimate").boolean(has_estimates(from));
  json.key("left_out").count(census.family_count() - shown).close_object();
  return json_response(std::move(body));
}

http::Response labels(const insight::Census& census, std::size_t limit) {
  const std::size_t shown = std::min(limit, census.labels().size());
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("labels").open_array();
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& label = census.labels()[i];
    json.open_object();
    json.key("metric").text(label.metric);
    json.key("label").text(label.label);
    json.key("values").count(label.values);
    if (label.is_estimate) json.key("is_estimate").boolean(true);
    json.key("series").count(label.series);
    json.close_object();
  }
  json.close_array().key("left_out").count(census.label_count() - shown).close_object();
  return json_response(std::move(body));
}

// What `make(census)` makes, once all series have been counted.
template <class Make>
http::Response with_census(const ApiSources& from, Make make) {
  return http::deferred_response([from, make](const http::Respond& respond) {
    from.census.ask([from, make, respond](const insight::Census* census) {
      respond(census != nullptr ? make(*census) : not_ready_answer(from.supervision));
    });
  });
}

}  // namespace

http::Response metrics_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, {});
  if (!limit) return bad_limit({});
  const auto orders = http::query_values(request.query, "by");
  const std::string by = orders.empty() ? "samples" : orders.back();
  if (by != "samples" && by != "series") return error_answer(400, "by must be samples or series");
  if (from.monitor.traffic() == nullptr) return not_ready_answer(from.supervision);
  if (by == "samples") return by_samples(from, *limit);
  return with_census(from, [from, limit = *limit](const insight::Census& census) {
    return by_series(from, census, limit);
  });
}

http::Response labels_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, {});
  if (!limit) return bad_limit({});
  if (from.monitor.traffic() == nullptr) return not_ready_answer(from.supervision);
  return with_census(
      from, [limit = *limit](const insight::Census& census) { return labels(census, limit); });
}

}  // namespace weir::app
