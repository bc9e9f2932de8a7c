// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "weir/base/log.h"
#include "weir/tls/server_context.h"
#include "weir/webconfig/config_file.h"

namespace weir::app {

// Reads `file` for each connection; one that cannot be used refuses it, with a log line once in ten
// seconds. Null when the file has no TLS section now, which is then for good. `log` must outlive
// it. Throws rulefile::ConfigError when the file cannot be used now.
[[nodiscard]] tls::ContextSource make_tls_source(std::shared_ptr<webconfig::ConfigFile> file,
                                                 const base::Log& log);

// The same for the file at `path` (--statsd.tcp-tls-config), which must have such a section; empty
// when `path` is.
[[nodiscard]] tls::ContextSource make_ingest_tls_source(const std::string& path,
                                                        const base::Log& log);

}  // namespace weir::app
