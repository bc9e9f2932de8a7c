// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/rsocket/byte_budget.h"
#include "weir/passthrough/family.h"

namespace weir::app {

// Exposition of an application, or of all, with the memory that it takes.
struct AppPage {
  std::string text;
  // In place of the text where pages are merged.
  std::vector<passthrough::Family> families;
  ByteLease lease;
};
using SharedPage = std::shared_ptr<AppPage>;

// About what the families take.
[[nodiscard]] std::size_t memory_of(const std::vector<passthrough::Family>& families);

}  // namespace weir::app
