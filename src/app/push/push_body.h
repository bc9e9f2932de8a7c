// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/http/request.h"
#include "weir/passthrough/family.h"

namespace weir::app {

// Why a body cannot be read, as it is answered.
struct BodyFault {
  unsigned status = 400;
  std::string text;
};

// Unpacks and reads the body of a push, by its Content-Encoding and Content-Type.
[[nodiscard]] base::Result<std::vector<passthrough::Family>, BodyFault> read_push_body(
    const http::Request& request, std::size_t unpacked_bytes_max);

}  // namespace weir::app
