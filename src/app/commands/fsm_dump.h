// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/options.h"
#include "weir/base/log.h"
#include "weir/mapping/rule_set.h"

namespace weir::app {

// Writes the automaton of the globs where `--debug.dump-fsm` says, when there is a mapping file
// (behaviour match.automaton). A file that cannot be written is logged and nothing else.
void dump_fsm(const Options& options, const mapping::RuleSet& rules, const base::Log& log);

}  // namespace weir::app
