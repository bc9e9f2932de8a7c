// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/passthrough/family.h"

namespace weir::push {

// Which group a request is about, as its path says it.
struct GroupPath {
  std::string_view job;
  bool is_job_base64 = false;
  // `/name/value/name@base64/value`; "" or `/` without more labels.
  std::string_view labels;
};

// The labels of the group, job among them: sorted by name, each once; the last of two equal names
// counts. Values may be empty. The error is Pushgateway's answer, byte for byte.
[[nodiscard]] base::Result<std::vector<passthrough::Label>, std::string> read_grouping(
    const GroupPath& path);

}  // namespace weir::push
