// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "weir/push/stored_family.h"

namespace weir::push {

// `"name" { label:<name:"a" value:"b" > gauge:<value:1 > }`, as Pushgateway shows a series.
[[nodiscard]] std::string shown_series(const StoredFamily& family, std::size_t series);

// `COUNTER`, as it says types.
[[nodiscard]] std::string shown_type(passthrough::FamilyType type);

}  // namespace weir::push
