// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/rsocket/app_page.h"
#include "weir/passthrough/merger.h"

namespace weir::app {

// One page of the families of all, with one HELP and TYPE for each and no series twice; what comes
// first stays. Says in `counts` what is left out. Empties pages that only `pages` has.
[[nodiscard]] std::string merged_page(const std::vector<SharedPage>& pages,
                                      passthrough::MergeCounts& counts);

// Their texts one after another, each ending in a newline, as the Java proxy has them.
[[nodiscard]] std::string joined_page(const std::vector<SharedPage>& pages);

}  // namespace weir::app
