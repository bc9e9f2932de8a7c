// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"
#include "weir/pipeline/named_tallies.h"

namespace weir::app {

namespace {

// Names stay as long as the workers.
struct Conflict {
  std::string_view kind;
  std::string_view metric;
  sample::EventKind type = sample::EventKind::Counter;
  std::uint64_t samples = 0;
};

using Key = std::tuple<std::string_view, std::string_view, sample::EventKind>;

// What has counted something, most samples first.
std::vector<Conflict> conflicts_of(const Workers& workers) {
  std::map<Key, std::uint64_t> sums;
  const auto add = [&sums](std::string_view kind, const pipeline::NamedTallies& tallies) {
    tallies.visit([&](sample::EventKind type, std::string_view metric, std::uint64_t count) {
      if (count > 0) sums[{kind, metric, type}] += count;
    });
  };
  for (const auto& worker : workers) {
    add("conflict", worker->ledger().conflicts);
    add("overflowed", worker->ledger().overflowed);
    add("refused", worker->ledger().refused);
  }
  std::vector<Conflict> conflicts;
  conflicts.reserve(sums.size());
  for (const auto& [key, samples] : sums) {
    conflicts.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), samples});
  }
  std::ranges::stable_sort(conflicts, std::ranges::greater(), &Conflict::samples);
  return conflicts;
}

}  // namespace

http::Response conflicts_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, {});
  if (!limit) return bad_limit({});
  const auto conflicts = conflicts_of(from.workers);
  const std::size_t shown = std::min(*limit, conflicts.size());
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("conflicts").open_array();
  for (std::size_t i = 0; i < shown; ++i) {
    const Conflict& each = conflicts[i];
    json.open_object();
    json.key("metric").text(each.metric);
    json.key("type").text(pipeline::event_kind_name(each.type));
    json.key("kind").text(each.kind);
    json.key("samples").count(each.samples);
    json.close_object();
  }
  json.close_array().key("left_out").count(conflicts.size() - shown).close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
