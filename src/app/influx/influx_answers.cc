// SPDX-License-Identifier: Apache-2.0
#include "app/influx/influx_answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "weir/base/ascii.h"
#include "weir/base/base64.h"
#include "weir/base/json_writer.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

using influx::Precision;

constexpr std::string_view kVersion = "1.8.10";
// What a header field may have of a message.
constexpr std::size_t kErrorFieldBytesMax = 1024;

http::Response answer(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"},
                      {"X-Influxdb-Build", "weir"},
                      {"X-Influxdb-Version", std::string(kVersion)}};
  response.body = std::move(body);
  return response;
}

// The last of several.
std::string value_of(std::string_view query, std::string_view key) {
  auto values = http::query_values(query, key);
  return values.empty() ? std::string() : std::move(values.back());
}

// On one line, as a header field is.
std::string field_text(std::string_view message) {
  constexpr unsigned char kDelete = 0x7f;
  std::string text(message.substr(0, kErrorFieldBytesMax));
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == kDelete; }, ' ');
  return text;
}

struct PrecisionName {
  std::string_view name;
  Precision precision;
};
constexpr std::array<PrecisionName, 6> kOfV1 = {{{"n", Precision::Nanoseconds},
                                                 {"u", Precision::Microseconds},
                                                 {"ms", Precision::Milliseconds},
                                                 {"s", Precision::Seconds},
                                                 {"m", Precision::Minutes},
                                                 {"h", Precision::Hours}}};
constexpr std::array<PrecisionName, 4> kOfV2 = {{{"ns", Precision::Nanoseconds},
                                                 {"us", Precision::Microseconds},
                                                 {"ms", Precision::Milliseconds},
                                                 {"s", Precision::Seconds}}};

template <typename Names>
std::optional<Precision> find(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &PrecisionName::name);
  return found == names.end() ? std::nullopt : std::optional(found->precision);
}

bool is_create_database(std::string_view query) {
  constexpr std::string_view kWords = "CREATE DATABASE ";
  while (query.starts_with(' ')) query.remove_prefix(1);
  return query.size() > kWords.size() &&
         base::equals_ignoring_case(query.substr(0, kWords.size()), kWords);
}

// With the field that there is, if any.
void set_basic_auth(http::Request& request, std::string_view user_and_password) {
  std::string value = "Basic ";
  base::append_base64(value, user_and_password);
  std::erase_if(request.fields, [](const http::Field& field) {
    return base::equals_ignoring_case(field.name, "Authorization");
  });
  request.fields.push_back({"Authorization", std::move(value)});
}

}  // namespace

http::Response influx_done() { return answer(204, {}); }

http::Response influx_error(InfluxApi api, unsigned status, std::string_view message) {
  std::string body;
  base::JsonWriter json(body);
  json.open_object();
  if (api == InfluxApi::V2) {
    json.key("code").text(status == 413 ? "request too large" : "invalid");
    json.key("message").text(message);
  } else {
    json.key("error").text(message);
  }
  json.close_object();
  auto response = answer(status, body + "\n");
  response.headers.push_back({"X-Influxdb-Error", field_text(message)});
  return response;
}

http::Response influx_post_only() {
  auto response = http::text_response(405, "Method Not Allowed\n");
  response.headers.push_back({"Allow", "OPTIONS, POST"});
  return response;
}

http::Response influx_health() {
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("name").text("influxdb").key("message").text("ready for writes");
  json.key("status").text("pass").key("version").text(kVersion).close_object();
  return answer(200, body + "\n");
}

http::Response influx_query(const http::Request& request) {
  std::string query = value_of(request.query, "q");
  if (query.empty()) query = value_of(request.body, "q");
  if (query.empty()) {
    return influx_error(InfluxApi::V1, 400, R"(missing required parameter "q")");
  }
  if (!is_create_database(query)) {
    return influx_error(InfluxApi::V1, 400, "weir answers no query but CREATE DATABASE");
  }
  return answer(200, "{\"results\":[{\"statement_id\":0}]}\n");
}

std::optional<Precision> influx_precision(InfluxApi api, std::string_view query) {
  const std::string name = value_of(query, "precision");
  if (api == InfluxApi::V1) return find(kOfV1, name).value_or(Precision::Nanoseconds);
  return name.empty() ? Precision::Nanoseconds : find(kOfV2, name);
}

void use_influx_credentials(http::Request& request) {
  constexpr std::string_view kToken = "Token ";
  const std::string_view field = request.header("Authorization");
  if (field.starts_with(kToken)) {
    const std::string token(field.substr(kToken.size()));
    return set_basic_auth(request, token);
  }
  if (!field.empty()) return;
  const std::string user = value_of(request.query, "u");
  if (!user.empty()) set_basic_auth(request, user + ":" + value_of(request.query, "p"));
}

}  // namespace weir::app
