// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_json.h"

#include <chrono>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/version.h"
#include "weir/base/json_writer.h"
#include "weir/base/number.h"

namespace weir::app {

namespace {

using base::JsonWriter;
using passthrough::FamilyType;
using passthrough::Series;

// `2026-11-30T02:56:00.503967864Z`
std::string json_time(base::UnixTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = (time - seconds).count();
  return fmt::format("{:%FT%T}.{:09}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     rest);
}

// Numbers are texts there.
std::string number_text(double value) {
  std::string text;
  base::append_number(text, value);
  return text;
}

void add_labels(JsonWriter& json, const std::vector<passthrough::Label>& labels) {
  json.key("labels").open_object();
  for (const auto& label : labels) json.key(label.name).text(label.value);
  json.close_object();
}

void add_points(JsonWriter& json, const Series& series, FamilyType type) {
  const bool is_histogram = type == FamilyType::Histogram;
  json.key(is_histogram ? "buckets" : "quantiles").open_object();
  for (const auto& point : series.points) {
    const std::string value = is_histogram
                                  ? fmt::format("{}", static_cast<std::uint64_t>(point.value))
                                  : number_text(point.value);
    json.key(number_text(point.at)).text(value);
  }
  json.close_object();
}

void add_series(JsonWriter& json, const Series& series, FamilyType type) {
  json.open_object();
  if (type == FamilyType::Histogram) {
    add_points(json, series, type);
    json.key("count").text(fmt::format("{}", series.count));
  }
  if (type == FamilyType::Summary) json.key("count").text(fmt::format("{}", series.count));
  add_labels(json, series.labels);
  if (type == FamilyType::Summary) add_points(json, series, type);
  if (type == FamilyType::Summary || type == FamilyType::Histogram) {
    json.key("sum").text(number_text(series.sum));
  } else {
    json.key("value").text(number_text(series.value));
  }
  json.close_object();
}

std::string_view json_type(FamilyType type) {
  switch (type) {
    case FamilyType::Counter: return "COUNTER";
    case FamilyType::Gauge: return "GAUGE";
    case FamilyType::Summary: return "SUMMARY";
    case FamilyType::Histogram: return "HISTOGRAM";
    case FamilyType::Untyped: break;
  }
  return "UNTYPED";
}

void add_family(JsonWriter& json, const push::StoredFamily& family) {
  json.key(family.name).open_object();
  json.key("time_stamp").text(json_time(family.pushed));
  json.key("type").text(json_type(family.type));
  if (!family.help.empty()) json.key("help").text(family.help);
  json.key("metrics").open_array();
  for (const Series& series : family.series) add_series(json, series, family.type);
  json.close_array().close_object();
}

std::string flag_text(bool value) { return value ? "true" : "false"; }

}  // namespace

std::string groups_json(const push::GroupStore& store) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("status").text("success");
  json.key("data").open_array();
  for (const auto& [key, group] : store.groups()) {
    json.open_object();
    add_labels(json, group.labels);
    json.key("last_push_successful").boolean(group.is_last_good());
    for (const auto& [name, family] : group.families) add_family(json, *family);
    json.close_object();
  }
  json.close_array().close_object();
  return text;
}

std::string gateway_status_json(const PushOptions& options, bool has_lifecycle,
                                base::UnixTime started) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("status").text("success").key("data").open_object();
  json.key("build_information").open_object();
  json.key("branch")
      .text(kBranch)
      .key("buildDate")
      .text(kBuildDate)
      .key("buildUser")
      .text(kBuildUser);
  json.key("goVersion")
      .text(kCompiler)
      .key("revision")
      .text(kRevision)
      .key("version")
      .text(kVersion);
  json.close_object().key("flags").open_object();
  json.key("push.disable-consistency-check").text(flag_text(options.is_unchecked));
  json.key("push.enable-admin-api").text(flag_text(options.has_admin_api));
  json.key("push.listen-address").text(fmt::format("{}", fmt::join(options.addresses, ",")));
  json.key("push.ttl").text(fmt::format("{}s", std::chrono::duration<double>(options.ttl).count()));
  json.key("web.enable-lifecycle").text(flag_text(has_lifecycle));
  json.close_object().key("start_time").text(json_time(started));
  json.close_object().close_object();
  return text;
}

}  // namespace weir::app
