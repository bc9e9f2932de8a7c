// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "weir/explain/explainer.h"
#include "weir/rulefile/loader.h"

namespace weir::explain {

inline Explainer explainer_of(const std::string& mapping, const Options& options = {},
                              pipeline::RuleFallbacks fallbacks = {}) {
  auto rules = rulefile::parse_rules(mapping, "m.yml", {.names = options.pipeline.names}).rules;
  return {pipeline::prepare(std::move(rules), 1, nullptr, fallbacks),
          options,
          {base::TimePoint(std::chrono::hours(1)), {}}};
}

inline Explanation explained(const std::string& mapping, std::string_view line,
                             const Options& options = {}) {
  auto explainer = explainer_of(mapping, options);
  return explainer.explain(line);
}

}  // namespace weir::explain
