// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::app {

// Set by the build.
inline constexpr std::string_view kVersion = WEIR_VERSION;
inline constexpr std::string_view kArchitecture = WEIR_ARCHITECTURE;
inline constexpr std::string_view kCompiler = WEIR_COMPILER;
// A packager's business: a source tree does not know where it came from.
inline constexpr std::string_view kRevision = WEIR_REVISION;
inline constexpr std::string_view kBranch = WEIR_BRANCH;
inline constexpr std::string_view kBuildUser = WEIR_BUILD_USER;
inline constexpr std::string_view kBuildDate = WEIR_BUILD_DATE;

// What `--version` prints for a program called `program`: the reference's layout, with the compiler
// where it has Go (difference Q44).
[[nodiscard]] std::string version_text(std::string_view program);

// `(version=..., branch=..., revision=...)`, as the log and the landing page show it.
[[nodiscard]] std::string version_summary();

// `(compiler=..., platform=..., cpu_level=..., ...)`, as the log shows it when weir starts.
[[nodiscard]] std::string build_summary();

}  // namespace weir::app
