// SPDX-License-Identifier: Apache-2.0
#include "app/commands/fsm_dump.h"

#include <cerrno>
#include <fstream>
#include <string>

#include <fmt/core.h>

#include "weir/base/errno.h"
#include "weir/mapping/glob_dot.h"

namespace weir::app {

namespace {

// As the reference words it.
std::string open_error(const std::string& path, int error) {
  return fmt::format("open {}: {}", path, base::errno_text(error));
}

}  // namespace

void dump_fsm(const Options& options, const mapping::RuleSet& rules, const base::Log& log) {
  const std::string& path = options.fsm_dump_path;
  if (path.empty() || options.mapping_path.empty()) return;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) {
    log.error("error dumping FSM", {{"error", open_error(path, errno)}});
    return;
  }
  log.info("Start dumping FSM", {{"file_name", path}});
  file << mapping::glob_automaton_dot(rules);
  file.close();
  if (!file) {
    log.error("error dumping FSM", {{"error", fmt::format("write {}: failed", path)}});
    return;
  }
  log.info("Finish dumping FSM");
}

}  // namespace weir::app
