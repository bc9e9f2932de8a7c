// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::app {

// Set by the build.
inline constexpr std::string_view kVersion = WEIR_VERSION;
inline constexpr std::string_view kArchitecture = WEIR_ARCHITECTURE;
inline constexpr std::string_view kCompiler = WEIR_COMPILER;
// A packager's business: a source tree does not know where it came from.
inline constexpr std::string_view kRevision = WEIR_REVISION;
inline constexpr std::string_view kBranch = WEIR_BRANCH;

}  // namespace weir::app
