// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/passthrough/family.h"
#include "weir/passthrough/text_parser.h"

namespace weir::passthrough {

// Reads io.prometheus.client.MetricFamily messages, each after its length, into the samples that
// the text format would have. The last of two families of one name stays, as in Pushgateway. Native
// buckets and exemplars are dropped; a bucket of +Inf that goes without saying is not added.
// `ParseError::what` alone says what is wrong. Any thread.
[[nodiscard]] base::Result<std::vector<Family>, ParseError> parse_protobuf(
    std::string_view page, const ParseLimits& limits);

}  // namespace weir::passthrough
