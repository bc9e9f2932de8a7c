// SPDX-License-Identifier: Apache-2.0
#include "weir/base/errno.h"

#include <system_error>

#include "weir/base/ascii.h"

namespace weir::base {

std::string errno_text(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text[0] = to_lower(text[0]);
  return text;
}

}  // namespace weir::base
