// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "app/web/rate_limiter.h"
#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/base/tally.h"
#include "weir/http/router.h"
#include "weir/http/server.h"
#include "weir/webconfig/basic_auth.h"
#include "weir/webconfig/config_file.h"
#include "weir/webconfig/password_checker.h"

namespace weir::app {

// Requests that did not reach a route.
struct DeniedRequests {
  base::Tally unauthorized;  // no user, or a wrong password
  base::Tally busy;          // too many passwords wait to be checked, or there is no memory for it
  base::Tally rate;          // over the rate limit
  base::Tally config;        // the file cannot be used
};

// What `--web.config.file` asks for, on every path: TLS, users, header fields, a rate limit. The
// file is read for each connection and each request; only whether there is TLS, and the rate limit,
// are those of the start. Main thread.
class WebGuard {
 public:
  // Throws rulefile::ConfigError. The others must outlive it, and `main` must not run after it.
  WebGuard(const std::string& path, boost::asio::io_context& main, const http::Router& router,
           const base::Log& log);

  // For the server. The guard must outlive it.
  [[nodiscard]] http::Protection protection();
  [[nodiscard]] bool has_tls() const { return static_cast<bool>(tls_); }
  [[nodiscard]] const DeniedRequests& denied() const { return denied_; }

 private:
  using Config = std::shared_ptr<const webconfig::WebConfig>;
  using Verdict = webconfig::PasswordVerdict;

  [[nodiscard]] http::Response respond(http::Request& request);
  // Null when the file cannot be used.
  [[nodiscard]] Config read_config();
  [[nodiscard]] http::Response authorize(const Config& config, http::Request& request);
  // Once it is known whether the password is right.
  [[nodiscard]] http::Response answer(const Config& config, http::Request& request, bool is_right);
  [[nodiscard]] http::Response check_password(const Config& config,
                                              const webconfig::Credentials& given,
                                              http::Request& request);
  [[nodiscard]] http::Response answer_later(const Config& config, http::Request& request,
                                            Verdict verdict);
  [[nodiscard]] http::Response busy();

  const http::Router& router_;
  const base::Log& log_;
  std::shared_ptr<webconfig::ConfigFile> file_;
  tls::ContextSource tls_;
  RateLimiter limiter_;
  base::LogGate config_gate_;
  DeniedRequests denied_;
  webconfig::PasswordChecker passwords_;
};

}  // namespace weir::app
