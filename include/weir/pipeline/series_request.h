// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "weir/mapping/rule.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"

namespace weir::pipeline {

// What the store is asked for, for a sample that was resolved with these rules: its own series,
// without a name for conflicts. Borrows from both.
[[nodiscard]] metrics::SeriesRequest series_request(const Resolution& resolution,
                                                    const PreparedRules& rules);

// What becomes of it where its name is another's.
[[nodiscard]] mapping::OnConflict on_conflict(const Resolution& resolution,
                                              const PreparedRules& rules);

// What a name has more where it is another's and the rule has `on_conflict: suffix`, for a series
// of this type.
[[nodiscard]] std::string_view conflict_suffix(metrics::Type type, metrics::GaugeKind gauge);

// Appends what the series of `request` is called where its name is another's. False, and nothing
// appended, where there is no other name.
[[nodiscard]] bool append_name_in_conflict(std::string& out, mapping::OnConflict on_conflict,
                                           const metrics::SeriesRequest& request,
                                           std::size_t series_bytes_max);

}  // namespace weir::pipeline
