// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "weir/explain/explanation.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"

namespace weir::explain {

// What the store of a daemon would answer to a sample; none where it would not be asked.
[[nodiscard]] std::optional<metrics::AdmissionPreview> ask_store(
    const metrics::Store& store, const pipeline::Resolution& resolution,
    const pipeline::PreparedRules& rules, const pipeline::PipelineOptions& options);

// Lets these answers decide about the samples that came to a series without them.
void use_answers(const metrics::Store& store, Explanation& explanation);

}  // namespace weir::explain
