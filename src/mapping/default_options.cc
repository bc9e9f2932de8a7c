// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/default_options.h"

namespace weir::mapping {

Defaults default_options() {
  Defaults defaults;
  defaults.summary.quantiles = {{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
  defaults.histogram.buckets = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
  return defaults;
}

}  // namespace weir::mapping
