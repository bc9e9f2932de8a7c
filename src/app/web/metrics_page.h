// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/options.h"
#include "app/mapping_watch.h"
#include "app/reloader.h"
#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/exposition/page_writer.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/http/server.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/self_metrics.h"

namespace weir::app {

// The values of the query key `name[]`, decoded, in order; pairs that cannot be decoded are left
// out.
[[nodiscard]] std::vector<std::string> wanted_names(std::string_view query);

// Answers scrapes: what the daemon has to tell of itself, and everything the store holds. Main
// thread.
class MetricsPage {
 public:
  // All outlive the page; `server_stats` comes once the server exists.
  MetricsPage(const Options& options, metrics::Store& store,
              const std::vector<std::unique_ptr<Worker>>& workers, const Reloader& reloader);

  void watch(const http::ServerStats& stats) { server_stats_ = &stats; }
  // Where a mapping file is watched.
  void watch(const MappingWatch& mapping_watch) { mapping_watch_ = &mapping_watch; }
  [[nodiscard]] http::Response scrape(const http::Request& request);

 private:
  class Body;

  [[nodiscard]] std::vector<metrics::SelfFamily> self_families() const;
  [[nodiscard]] std::uint64_t idle_flushes() const;
  void add_configuration(pipeline::SelfMetrics& metrics) const;
  void add_http(pipeline::SelfMetrics& metrics) const;

  const Options& options_;
  metrics::Store& store_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  const Reloader& reloader_;
  const base::TimePoint started_;
  const exposition::UnixOffset unix_offset_;
  const http::ServerStats* server_stats_ = nullptr;
  const MappingWatch* mapping_watch_ = nullptr;
  std::uint64_t scrapes_done_ = 0;
  std::uint64_t scrapes_under_way_ = 0;
};

}  // namespace weir::app
