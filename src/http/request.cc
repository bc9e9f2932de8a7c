// SPDX-License-Identifier: Apache-2.0
#include "weir/http/request.h"

#include "weir/base/ascii.h"

namespace weir::http {

std::string_view Request::header(std::string_view name) const {
  for (const Field& field : fields) {
    if (base::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

std::string Request::joined_header(std::string_view name) const {
  std::string joined;
  for (const Field& field : fields) {
    if (!base::equals_ignoring_case(field.name, name)) continue;
    if (!joined.empty()) joined += ',';
    joined += field.value;
  }
  return joined;
}

std::string_view Request::path_value(std::string_view name) const {
  for (const PathValue& each : path_values) {
    if (each.name == name) return each.value;
  }
  return {};
}

}  // namespace weir::http
