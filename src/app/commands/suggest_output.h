// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "weir/suggest/proposal.h"

namespace weir::app {

// A mapping file, with what else is to be said as comments at its beginning.
[[nodiscard]] std::string proposal_text(const suggest::Proposal& proposal,
                                        const std::vector<suggest::BuiltinFit>& fits);

// One object, as `/api/v1/suggest` has it, with a newline at its end.
[[nodiscard]] std::string proposal_json(const suggest::Proposal& proposal,
                                        const std::vector<suggest::BuiltinFit>& fits);

}  // namespace weir::app
