// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

struct SenderSums {
  double lines = 0;
  base::UnixTime now;
};

void write_sender(base::JsonWriter& json,
                  const insight::HeavyHitters<insight::SenderRecord>::Entry& entry,
                  const SenderSums& sums) {
  json.open_object();
  json.key("sender").text(entry.key);
  json.key("transport").text(entry.value.transport());
  json.key("lines").count(entry.seen());
  json.key("share").number(static_cast<double>(entry.seen()) / std::max(sums.lines, 1.0));
  json.key("last_seen").number(seconds_of(entry.value.last_seen()));
  json.key("is_silent").boolean(entry.value.is_silent(sums.now));
  json.close_object();
}

}  // namespace

http::Response senders_answer(const ApiSources& from, const http::Request& request) {
  const auto limit = read_limit(request, {});
  if (!limit) return bad_limit({});
  from.monitor.refresh();
  const insight::Traffic* const traffic = from.monitor.traffic();
  if (traffic == nullptr) return not_ready_answer(from.supervision);
  const auto entries = traffic->senders().sorted();
  const std::size_t shown = std::min(*limit, entries.size());
  const SenderSums sums{static_cast<double>(traffic->lines()), base::unix_now()};
  std::string body;
  base::JsonWriter json(body);
  json.open_object();
  json.key("is_estimate")
      .boolean(!from.monitor.has_all_lines() || traffic->senders().replaced() > 0);
  json.key("senders").open_array();
  for (std::size_t i = 0; i < shown; ++i) write_sender(json, *entries[i], sums);
  json.close_array().key("left_out").count(entries.size() - shown).close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
