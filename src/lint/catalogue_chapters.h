// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "weir/lint/catalogue.h"

// The parts of the catalogue, each in a file of its own.
namespace weir::lint {

[[nodiscard]] Chapter file_chapter();
[[nodiscard]] Chapter order_chapter();
[[nodiscard]] Chapter regex_chapter();
[[nodiscard]] Chapter reference_chapter();
[[nodiscard]] Chapter name_chapter();
[[nodiscard]] Chapter label_chapter();
[[nodiscard]] Chapter value_chapter();

}  // namespace weir::lint
