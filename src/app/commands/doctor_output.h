// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "weir/doctor/check.h"

namespace weir::app {

// A row for each check, and below it what to do.
[[nodiscard]] std::string checks_text(std::span<const doctor::Check> checks);

// An object with the checks and the worst verdict.
[[nodiscard]] std::string checks_json(std::span<const doctor::Check> checks);

[[nodiscard]] doctor::Verdict worst_of(std::span<const doctor::Check> checks);

}  // namespace weir::app
