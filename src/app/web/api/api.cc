// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/api.h"

#include <array>
#include <string_view>

#include "app/web/api/answers.h"
#include "app/web/api/responses.h"

namespace weir::app {

namespace {

struct Resource {
  std::string_view path;
  http::Response (*answer)(const ApiSources& from, const http::Request& request);
};

constexpr std::array kResources = {
    Resource{"/api/v1/conflicts", conflicts_answer},
    Resource{"/api/v1/history", history_answer},
    Resource{"/api/v1/labels", labels_answer},
    Resource{"/api/v1/listeners", listeners_answer},
    Resource{"/api/v1/metrics", metrics_answer},
    Resource{"/api/v1/refused", refused_answer},
    Resource{"/api/v1/reloads", reloads_answer},
    Resource{"/api/v1/rules", rules_answer},
    Resource{"/api/v1/senders", senders_answer},
    Resource{"/api/v1/status", status_answer},
    Resource{"/api/v1/suggest", suggest_answer},
    Resource{"/api/v1/unmapped", unmapped_answer},
};

}  // namespace

void add_api_routes(http::Router& router, const ApiSources& sources) {
  for (const Resource& resource : kResources) {
    router.route(resource.path,
                 read_only([sources, answer = resource.answer](const http::Request& request) {
                   return answer(sources, request);
                 }));
  }
}

}  // namespace weir::app
