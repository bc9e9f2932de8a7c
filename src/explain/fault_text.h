// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/explain/explanation.h"
#include "weir/pipeline/refusal.h"
#include "weir/statsd/dialect.h"

namespace weir::explain {

// What the pipeline refused, in words and with its place in `line`, whose name is `name`.
[[nodiscard]] Fault fault_of(const pipeline::Refusal& refusal, std::string_view line,
                             std::string_view name);

// Whether it is of a set that nothing asks for.
[[nodiscard]] bool is_of_set(const Fault& fault);

// What a rule is not met by, in words.
[[nodiscard]] std::string mismatch_text(const mapping::Mismatch& mismatch,
                                        const mapping::Rule& rule, sample::EventKind kind);

}  // namespace weir::explain
