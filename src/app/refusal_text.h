// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/log.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

// What a log line says of a refusal.
struct RefusalText {
  std::string_view message;
  std::vector<base::Attribute> attributes;
};

// In the reference's words where it has some (behaviour log.refusals). Of what a sender chose, each
// piece is cut to `bytes_max`.
[[nodiscard]] RefusalText text_of(const pipeline::Refusal& refusal,
                                  std::size_t bytes_max = std::numeric_limits<std::size_t>::max());

// Its part `error`: why, in words; "" where the reason says it.
[[nodiscard]] std::string error_of(const pipeline::Refusal& refusal);

}  // namespace weir::app
