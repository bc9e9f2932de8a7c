// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"
#include "weir/webconfig/web_config.h"

namespace weir::webconfig {

// Reads `tls_server_config`. Nothing when it does not ask for TLS.
[[nodiscard]] std::optional<TlsSection> read_tls_section(const rulefile::YamlNode& map,
                                                         rulefile::Diagnostics& diagnostics);

}  // namespace weir::webconfig
