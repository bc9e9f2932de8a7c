// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

void write_reload(base::JsonWriter& json, const ReloadRecord& record) {
  json.open_object();
  json.key("time").number(seconds_of(record.ended));
  json.key("is_success").boolean(record.is_success);
  json.key("rules").count(record.rules);
  json.key("errors").open_array();
  for (const std::string& error : record.errors) json.text(error);
  json.close_array().close_object();
}

}  // namespace

http::Response reloads_answer(const ApiSources& from, const http::Request& /*request*/) {
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("reloads").open_array();
  const auto& records = from.reloader.records();
  std::for_each(records.rbegin(), records.rend(),
                [&json](const ReloadRecord& record) { write_reload(json, record); });
  json.close_array().close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
