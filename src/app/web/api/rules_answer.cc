// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"
#include "weir/mapping/rule.h"

namespace weir::app {

namespace {

// A page with all rules of a usual file.
constexpr ListLimit kRuleLimit{1000, 10'000};

void write_rule(base::JsonWriter& json, const mapping::Rule& rule,
                const insight::RuleUse::Record& record) {
  json.open_object();
  json.key("match").text(rule.match);
  json.key("line").count(rule.line);
  json.key("action").text(rule.action == mapping::Action::Drop ? "drop" : "map");
  json.key("name").text(rule.name.source());
  json.key("samples").count(record.samples);
  json.key("last_used");
  write_optional(json,
                 record.last_used ? std::optional(seconds_of(*record.last_used)) : std::nullopt);
  json.close_object();
}

}  // namespace

http::Response rules_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, kRuleLimit);
  if (!limit) return bad_limit(kRuleLimit);
  from.monitor.refresh();
  if (from.monitor.traffic() == nullptr) return not_ready_answer(from.supervision);
  const auto rules = from.reloader.rules()->rules->rules();
  const std::size_t shown = std::min(*limit, rules.size());
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("file").text(from.options.mapping_path);
  json.key("rules").open_array();
  for (const mapping::Rule& rule : rules.first(shown)) {
    write_rule(json, rule, from.monitor.rule_use().records()[rule.index]);
  }
  json.close_array().key("left_out").count(rules.size() - shown).close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
