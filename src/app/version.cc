// SPDX-License-Identifier: Apache-2.0
#include "app/version.h"

#include <fmt/core.h>

#include "weir/base/cpu.h"

namespace weir::app {

std::string version_text(std::string_view program) {
  return fmt::format(
      "{}, version {} (branch: {}, revision: {})\n"
      "  build user:       {}\n"
      "  build date:       {}\n"
      "  compiler:         {}\n"
      "  platform:         linux/{}\n"
      "  tags:             weir\n",
      program, kVersion, kBranch, kRevision, kBuildUser, kBuildDate, kCompiler, kArchitecture);
}

std::string version_summary() {
  return fmt::format("(version={}, branch={}, revision={})", kVersion, kBranch, kRevision);
}

std::string build_summary() {
  return fmt::format("(compiler={}, platform=linux/{}, cpu_level={}, user={}, date={}, tags=weir)",
                     kCompiler, kArchitecture, base::cpu_level_name(base::best_cpu_level()),
                     kBuildUser, kBuildDate);
}

}  // namespace weir::app
