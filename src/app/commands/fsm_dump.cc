// SPDX-License-Identifier: Apache-2.0
#include "app/commands/fsm_dump.h"

#include <cctype>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "weir/mapping/glob_dot.h"

namespace weir::app {

namespace {

// As the reference words it: without a capital.
std::string open_error(const std::string& path, int error) {
  std::string text = std::generic_category().message(error);
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return fmt::format("open {}: {}", path, text);
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
