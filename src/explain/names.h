// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/explain/explanation.h"

// What the formats call things.
namespace weir::explain {

[[nodiscard]] std::string_view kind_name(sample::SampleKind kind);
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
[[nodiscard]] std::string_view end_name(End end);
[[nodiscard]] std::string_view part_name(mapping::Mismatch::Part part);
[[nodiscard]] std::string_view answer_name(metrics::Admitted answer);
[[nodiscard]] std::string_view match_type_name(mapping::MatchType type);

}  // namespace weir::explain
