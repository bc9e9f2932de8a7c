// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::app {

// The files of the status page that are compiled in, as embed_files.py writes them. The page has
// places for figures, as `fill` of status_page.h takes them.
extern const std::string_view kStatusHtml;
extern const std::string_view kStatusCss;
extern const std::string_view kStatusJs;

}  // namespace weir::app
