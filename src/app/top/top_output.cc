// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_output.h"

#include <optional>
#include <string_view>

#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

void write_optional(base::JsonWriter& json, const std::optional<double>& value) {
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

void write_daemon(base::JsonWriter& json, const TopView& view) {
  json.key("url").text(view.url).key("version").text(view.version);
  json.key("uptime_seconds").number(view.uptime_seconds);
  json.key("is_ready").boolean(view.is_ready).key("not_ready_reason").text(view.not_ready_reason);
  json.key("lines_per_second").number(view.lines_per_second);
  json.key("datagrams_per_second").number(view.datagrams_per_second);
  json.key("series").count(view.series).key("series_max").count(view.series_max);
  json.key("families").count(view.families);
  json.key("store_bytes").number(view.store_bytes);
  json.key("store_bytes_max").number(view.store_bytes_max);
  json.key("resident_bytes").number(view.resident_bytes);
  json.key("scrapes").count(view.scrapes).key("scrape_age_seconds");
  write_optional(json, view.scrape_age_seconds);
  json.key("scrape_seconds").number(view.scrape_seconds);
}

void write_losses(base::JsonWriter& json, const TopView& view) {
  json.key("is_losing").boolean(view.is_losing()).key("losses").open_array();
  for (const auto& loss : view.losses) {
    json.open_object().key("name").text(loss.name).key("total").count(loss.total);
    json.key("per_second").number(loss.per_second);
    json.key("last_minute").number(loss.last_minute).close_object();
  }
  json.close_array();
}

void write(base::JsonWriter& json, const TopMetric& metric) {
  json.key("name").text(metric.name).key("type").text(metric.type);
  json.key("samples");
  write_optional(json, metric.samples);
  json.key("series").count(metric.series);
}

void write(base::JsonWriter& json, const TopLabel& label) {
  json.key("metric").text(label.metric).key("label").text(label.label);
  json.key("values").count(label.values).key("series").count(label.series);
}

void write(base::JsonWriter& json, const TopUnmapped& name) {
  json.key("name").text(name.name).key("type").text(name.type);
  json.key("samples").number(name.samples).key("example").text(name.example);
  json.key("sender").text(name.sender);
}

void write(base::JsonWriter& json, const TopSender& sender) {
  json.key("sender").text(sender.sender).key("transport").text(sender.transport);
  json.key("lines").number(sender.lines).key("share").number(sender.share);
  json.key("silent_seconds").number(sender.silent_seconds);
  json.key("is_silent").boolean(sender.is_silent);
}

void write(base::JsonWriter& json, const TopRefused& refused) {
  json.key("age_seconds").number(refused.age_seconds).key("reason").text(refused.reason);
  json.key("line").text(refused.line).key("sender").text(refused.sender);
}

template <typename Rows>
void write_section(base::JsonWriter& json, const TopView& view, Section section, const Rows& rows) {
  const auto at = static_cast<std::size_t>(section);
  json.key(kSections.at(at)).open_object().key("rows").open_array();
  for (const auto& row : rows) {
    json.open_object();
    write(json, row);
    json.close_object();
  }
  json.close_array();
  json.key("is_estimate").boolean(view.is_estimate.at(at));
  json.key("left_out").count(view.left_out.at(at));
  json.key("fault").text(view.fault.at(at)).close_object();
}

}  // namespace

std::string top_json(const TopView& view) {
  std::string out;
  base::JsonWriter json(out);
  json.open_object();
  write_daemon(json, view);
  write_losses(json, view);
  write_section(json, view, Section::Metrics, view.metrics);
  write_section(json, view, Section::Labels, view.labels);
  write_section(json, view, Section::Unmapped, view.unmapped);
  write_section(json, view, Section::Senders, view.senders);
  write_section(json, view, Section::Refused, view.refused);
  json.close_object();
  return out + "\n";
}

}  // namespace weir::app
