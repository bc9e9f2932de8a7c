// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/definition.h"

namespace weir::metrics {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::Counter: return "counter";
    case Type::Gauge: return "gauge";
    case Type::Summary: return "summary";
    case Type::Histogram: return "histogram";
  }
  return "";
}

}  // namespace weir::metrics
