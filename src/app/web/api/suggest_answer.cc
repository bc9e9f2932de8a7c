// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

// Those that are asked for; all without `name=`.
std::vector<Suggester::Example> examples(const insight::Traffic& traffic,
                                         const http::Request& request) {
  constexpr std::size_t kNamesMax = 1'000;
  const auto asked = http::query_values(request.query, "name");
  const std::unordered_set<std::string_view> names(asked.begin(), asked.end());
  std::vector<Suggester::Example> found;
  for (const auto* const entry : traffic.unmapped().sorted()) {
    if (found.size() == kNamesMax) break;
    if (!names.empty() && !names.contains(entry->key)) continue;
    // Of another protocol the name tells, as it does where a line is cut short.
    const bool is_statsd = entry->value.protocol == sample::Protocol::Statsd;
    found.push_back({entry->key, entry->value.kind, is_statsd ? entry->value.example : "",
                     std::max<std::uint64_t>(1, entry->seen())});
  }
  return found;
}

}  // namespace

http::Response suggest_answer(const ApiSources& from, const http::Request& request) {
  from.monitor.refresh();
  const insight::Traffic* const traffic = from.monitor.traffic();
  if (traffic == nullptr) return not_ready_answer(from.supervision);
  Suggester::Question question{examples(*traffic, request), from.reloader.rules()->rules,
                               from.options.load_options().names};
  auto& suggester = from.suggester;
  return http::deferred_response(
      [&suggester, question = std::move(question)](const http::Respond& respond) {
        const bool is_asked = suggester.ask(question, [respond](Suggester::Answer answer) {
          respond(answer.is_success ? json_response(std::move(answer.json))
                                    : error_answer(500, answer.json));
        });
        if (!is_asked) respond(error_answer(503, "too many ask for suggestions, try again"));
      });
}

}  // namespace weir::app
