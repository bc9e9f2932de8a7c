// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::app {

// Puts `text` in the place of what the regular file at `path` holds: who opens it finds the old
// text or the new one, whole, after a crash too. Its owner, group and mode stay, and a symbolic
// link keeps leading to it. Throws std::runtime_error, and the file is as it was.
void replace_file(const std::string& path, std::string_view text);

}  // namespace weir::app
