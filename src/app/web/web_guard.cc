// SPDX-License-Identifier: Apache-2.0
#include "app/web/web_guard.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/tls_source.h"
#include "weir/base/clock.h"
#include "weir/rulefile/config_error.h"

namespace weir::app {

namespace {

using webconfig::WebConfig;

bool has_header(const http::Response& response, std::string_view name) {
  return std::ranges::find(response.headers, name, &http::Field::name) != response.headers.end();
}

// A route's own field of the name wins.
void add_headers(http::Response& response, const WebConfig& config) {
  for (const auto& [name, value] : config.headers) {
    if (!has_header(response, name)) response.headers.push_back({name, value});
  }
}

// The same for an answer that may come later.
http::Response with_headers(http::Response response,
                            const std::shared_ptr<const WebConfig>& config) {
  if (config->headers.empty()) return response;
  if (!response.deferred) {
    add_headers(response, *config);
    return response;
  }
  response.deferred = [start = std::move(response.deferred), config](http::Respond respond) {
    start([respond = std::move(respond), config](http::Response later) {
      add_headers(later, *config);
      respond(std::move(later));
    });
  };
  return response;
}

http::Response unauthorized() {
  auto response = http::error_response(401, "Unauthorized\n");
  response.headers.push_back({"WWW-Authenticate", "Basic realm=\"weir\""});
  return response;
}

}  // namespace

WebGuard::WebGuard(const std::string& path, boost::asio::io_context& main,
                   const http::Router& router, const base::Log& log)
    : router_(router),
      log_(log),
      file_(std::make_shared<webconfig::ConfigFile>(path)),
      tls_(make_tls_source(file_, log)),
      limiter_(file_->config()->rate_limit),
      passwords_(
          [&main](std::function<void()> task) { boost::asio::post(main, std::move(task)); }) {
  const auto config = file_->config();
  for (const auto& warning : config->warnings) {
    log.warn("web configuration", {{"warning", rulefile::text_of(warning)}});
  }
  log.info(tls_ ? "TLS is enabled" : "TLS is disabled", {{"file", path}});
  if (config->asks_for_http2) log.info("http2 is without effect: HTTP/1.1 is served");
}

http::Protection WebGuard::protection() {
  return {[this](http::Request& request) { return respond(request); }, tls_};
}

WebGuard::Config WebGuard::read_config() {
  try {
    return file_->config();
  } catch (const rulefile::ConfigError& error) {
    if (config_gate_.pass(base::Clock::now())) {
      log_.error("Requests are refused while the web configuration cannot be used",
                 {{"error", error.what()}});
    }
  }
  return nullptr;
}

http::Response WebGuard::respond(http::Request& request) {
  const Config config = read_config();
  if (!config) {
    denied_.config.add();
    return http::error_response(500, "Internal Server Error\n");
  }
  if (!limiter_.take(base::Clock::now())) {
    denied_.rate.add();
    return http::error_response(429, "Too Many Requests\n");
  }
  return config->users.empty() ? answer(config, request, true) : authorize(config, request);
}

http::Response WebGuard::authorize(const Config& config, http::Request& request) {
  const auto given = webconfig::read_basic_auth(request.header("Authorization"));
  if (!given) return answer(config, request, false);
  const auto known = passwords_.known(*config, *given);
  if (known) return answer(config, request, *known);
  return check_password(config, *given, request);
}

http::Response WebGuard::answer(const Config& config, http::Request& request, bool is_right) {
  if (!is_right) denied_.unauthorized.add();
  return with_headers(is_right ? router_.respond(request) : unauthorized(), config);
}

http::Response WebGuard::check_password(const Config& config, const webconfig::Credentials& given,
                                        http::Request& request) {
  return http::deferred_response([this, config, given, &request](const http::Respond& respond) {
    const bool is_taken =
        passwords_.check(*config, given, [this, config, &request, respond](Verdict verdict) {
          respond(answer_later(config, request, verdict));
        });
    if (!is_taken) respond(busy());
  });
}

// Put off again, for two reasons: the route runs on its connection's account, which handles what it
// throws; and it runs only while that connection, and so the request, is still there.
http::Response WebGuard::answer_later(const Config& config, http::Request& request,
                                      Verdict verdict) {
  return http::deferred_response([this, config, &request, verdict](const http::Respond& respond) {
    respond(verdict == Verdict::Unchecked ? busy()
                                          : answer(config, request, verdict == Verdict::Right));
  });
}

http::Response WebGuard::busy() {
  denied_.busy.add();
  return http::error_response(503, "The password cannot be checked now\n");
}

}  // namespace weir::app
