// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "app/cli/options.h"
#include "app/reloader.h"
#include "weir/explain/explainer.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/metrics/store.h"

namespace weir::app {

// A longer line is not explained over HTTP: no sender's is as long, and each asks every rule.
inline constexpr std::size_t kExplainedLineBytesMax = 16'384;

// Says whether every sample of the line comes to its series, `true` or `false`.
inline constexpr std::string_view kAppliedHeader = "Weir-Applied";

// What lines are explained with by a daemon of these options, and without one.
[[nodiscard]] explain::Options explain_options(const Options& options);

// Answers `GET /api/v1/explain` (docs/api.md): what would become of a line now. It changes nothing
// of the store, whose names and budgets count. Main thread.
class ExplainHandler {
 public:
  // All of them outlive the handler.
  ExplainHandler(const Options& options, const Reloader& reloader, const metrics::Store& store)
      : options_(options), reloader_(reloader), store_(store) {}

  [[nodiscard]] http::Response explain(const http::Request& request) const;

 private:
  const Options& options_;
  const Reloader& reloader_;
  const metrics::Store& store_;
};

}  // namespace weir::app
