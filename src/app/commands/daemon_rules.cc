// SPDX-License-Identifier: Apache-2.0
#include "app/commands/daemon_rules.h"

#include <stdexcept>
#include <unordered_map>

#include <fmt/format.h>

#include "app/commands/json_document.h"
#include "weir/base/escape.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::app {

namespace {

constexpr std::string_view kRulesTarget = "/api/v1/rules?limit=10000";
constexpr std::string_view kMetricsTarget = "/api/v1/metrics?by=series&limit=1000";

std::unordered_map<std::string, std::uint64_t> series_by_metric(const HttpUrl& url) {
  const JsonDocument document(ask_daemon(url, kMetricsTarget));
  std::unordered_map<std::string, std::uint64_t> series;
  for (const auto& metric : document.root().at("metrics").items()) {
    series.emplace(metric.at("name").text(), metric.at("series").count());
  }
  return series;
}

void take_rules(const HttpUrl& url, DaemonRules& taken) {
  const auto series = series_by_metric(url);
  const JsonDocument document(ask_daemon(url, kRulesTarget));
  taken.file = document.root().at("file").text();
  taken.rules_left_out = document.root().at("left_out").count();
  for (const auto& item : document.root().at("rules").items()) {
    DaemonRule rule;
    rule.match = item.at("match").text();
    rule.line = item.at("line").count();
    rule.samples = item.at("samples").count();
    const auto found = series.find(std::string(item.at("name").text()));
    if (found != series.end() && item.at("action").text() != "drop") rule.series = found->second;
    taken.rules.push_back(std::move(rule));
  }
}

void take_unmapped(const HttpUrl& url, DaemonRules& taken) {
  const JsonDocument document(ask_daemon(url, kUnmappedTarget));
  taken.names_left_out = document.root().at("left_out").count();
  for (const auto& name : document.root().at("names").items()) {
    taken.unmapped.emplace_back(name.at("name").text(), name.at("samples").count());
  }
}

std::string rules_table(const DaemonRules& rules, std::string_view file) {
  auto out = fmt::format("{:>10} {:>10}  rule\n", "samples", "series");
  for (const auto& rule : rules.rules) {
    out += fmt::format("{:>10} {:>10}  {}:{} {}{}\n", rule.samples,
                       rule.series ? fmt::format("{}", *rule.series) : "-", base::visible(file),
                       rule.line, rulefile::printable(rule.match),
                       rule.samples == 0 ? "  (never used)" : "");
  }
  if (rules.rules_left_out > 0) out += fmt::format("{} more rules\n", rules.rules_left_out);
  return out;
}

}  // namespace

bool is_http_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string ask_daemon(const HttpUrl& url, std::string_view target) {
  auto answer = http_get(url, target);
  if (answer.status != 200) {
    throw std::runtime_error(
        fmt::format("{}: status {} for {}", url.authority, answer.status, target));
  }
  return std::move(answer.body);
}

DaemonRules ask_for_rules(const HttpUrl& url) {
  DaemonRules taken;
  taken.url = url.authority + url.prefix;
  take_rules(url, taken);
  take_unmapped(url, taken);
  return taken;
}

std::string daemon_rules_text(const DaemonRules& rules, std::string_view mapping) {
  auto out = fmt::format("{}: {} rules of {}\n", base::visible(rules.url),
                         rules.rules.size() + rules.rules_left_out, base::visible(rules.file));
  if (rules.has_other_rules) {
    out += fmt::format("these are not the rules of {}: reload the daemon, or name its file\n",
                       base::visible(mapping));
  }
  out += rules_table(rules, rules.has_other_rules ? std::string_view(rules.file) : mapping);
  if (rules.unmapped.empty()) return out;
  out += fmt::format("{:>10}  unmapped name\n", "samples");
  for (const auto& [name, samples] : rules.unmapped) {
    out += fmt::format("{:>10}  {}\n", samples, rulefile::printable(name));
  }
  if (rules.names_left_out > 0) out += fmt::format("{} more names\n", rules.names_left_out);
  return out;
}

void write_daemon_rules(const DaemonRules& rules, base::JsonWriter& json) {
  json.open_object().key("url").text(rules.url).key("file").text(rules.file);
  json.key("has_other_rules").boolean(rules.has_other_rules).key("rules").open_array();
  for (const auto& rule : rules.rules) {
    json.open_object().key("line").count(rule.line).key("match").text(rule.match);
    json.key("samples").count(rule.samples).key("series");
    if (rule.series) {
      json.count(*rule.series);
    } else {
      json.null();
    }
    json.close_object();
  }
  json.close_array().key("rules_left_out").count(rules.rules_left_out);
  json.key("unmapped").open_array();
  for (const auto& [name, samples] : rules.unmapped) {
    json.open_object().key("name").text(name).key("samples").count(samples).close_object();
  }
  json.close_array().key("unmapped_left_out").count(rules.names_left_out).close_object();
}

}  // namespace weir::app
