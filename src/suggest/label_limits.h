// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/pipeline/resolver.h"

namespace weir::suggest {

// Those of a daemon on its defaults.
inline constexpr pipeline::LabelLimits kLabelLimits{100, 8192};

}  // namespace weir::suggest
