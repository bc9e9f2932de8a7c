// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"
#include "weir/sample/protocol.h"
#include "weir/sample/sample.h"

namespace weir::app {

namespace {

// As it is sent.
std::string_view type_of(sample::SampleKind kind) {
  switch (kind) {
    case sample::SampleKind::Counter: return "c";
    case sample::SampleKind::Gauge: return "g";
    case sample::SampleKind::Timer: return "ms";
    case sample::SampleKind::Histogram: return "h";
    case sample::SampleKind::Distribution: return "d";
    case sample::SampleKind::Set: return "s";
  }
  return "";
}

void write_name(base::JsonWriter& json,
                const insight::HeavyHitters<insight::UnmappedRecord>::Entry& entry) {
  json.open_object();
  json.key("name").text(entry.key);
  json.key("type").text(type_of(entry.value.kind));
  json.key("samples").count(entry.seen());
  json.key("example").text(entry.value.example);
  json.key("protocol").text(sample::name_of(entry.value.protocol));
  json.key("sender").text(entry.value.sender);
  json.key("last_seen").number(seconds_of(entry.value.last_seen));
  json.close_object();
}

}  // namespace

http::Response unmapped_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, {});
  if (!limit) return bad_limit({});
  from.monitor.refresh();
  const insight::Traffic* const traffic = from.monitor.traffic();
  if (traffic == nullptr) return not_ready_answer(from.supervision);
  const auto& unmapped = traffic->unmapped();
  const auto entries = unmapped.sorted();
  const std::size_t shown = std::min(*limit, entries.size());
  std::uint64_t samples = 0;
  for (const auto& worker : from.workers) samples += worker->ledger().unmapped.value();
  std::string body;
  base::JsonWriter json(body);
  json.open_object();
  json.key("is_estimate").boolean(!from.monitor.has_all_lines() || unmapped.replaced() > 0);
  json.key("names").open_array();
  for (std::size_t i = 0; i < shown; ++i) write_name(json, *entries[i]);
  json.close_array();
  json.key("samples").count(samples);
  json.key("left_out").count(entries.size() - shown).close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
