// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/push/push_counts.h"
#include "app/push/push_options.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/push/group_store.h"
#include "weir/push/grouping.h"

namespace weir::app {

// What the API acts on beside its groups.
struct PushApiHooks {
  // Null without --web.enable-lifecycle: ends the daemon.
  std::function<void()> quit;
  // "" when all is well.
  std::function<std::string()> unhealthy_reason;
  std::function<std::string()> not_ready_reason;
};

// Answers as Pushgateway does (docs/push.md), for every path of its listener. Main thread.
class PushApi {
 public:
  // All of it must outlive the API.
  PushApi(const PushOptions& options, push::GroupStore& store, PushCounts& counts,
          const base::Log& log);

  void use(PushApiHooks hooks) { hooks_ = std::move(hooks); }
  [[nodiscard]] http::Response answer(const http::Request& request);

 private:
  using Answer = http::Response (PushApi::*)(const http::Request&);
  struct Route {
    std::string_view method;
    std::string_view path;
    Answer answer;
  };

  [[nodiscard]] static std::span<const Route> routes();
  [[nodiscard]] bool has(const Route& route) const;
  [[nodiscard]] http::Response answer_path(const http::Request& request, std::string_view path);
  [[nodiscard]] http::Response change(const http::Request& request, const push::GroupPath& path);
  [[nodiscard]] http::Response write(const http::Request& request, push::Write write);
  [[nodiscard]] http::Response refuse(std::string text);
  [[nodiscard]] std::string methods_of(std::string_view path) const;
  [[nodiscard]] http::Response healthy(const http::Request& request);
  [[nodiscard]] http::Response ready(const http::Request& request);
  [[nodiscard]] http::Response metrics(const http::Request& request);
  [[nodiscard]] http::Response landing(const http::Request& request);
  [[nodiscard]] http::Response groups(const http::Request& request);
  [[nodiscard]] http::Response status(const http::Request& request);
  [[nodiscard]] http::Response wipe(const http::Request& request);
  [[nodiscard]] http::Response quit(const http::Request& request);
  [[nodiscard]] http::Response explain_quit(const http::Request& request);

  const PushOptions& options_;
  push::GroupStore& store_;
  PushCounts& counts_;
  const base::Log& log_;
  const base::UnixTime started_ = base::unix_now();
  PushApiHooks hooks_;
};

}  // namespace weir::app
