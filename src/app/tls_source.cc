// SPDX-License-Identifier: Apache-2.0
#include "app/tls_source.h"

#include <string>
#include <utility>

#include "weir/base/clock.h"
#include "weir/base/log_gate.h"
#include "weir/rulefile/config_error.h"

namespace weir::app {

namespace {

constexpr const char* kNoSection = "has no tls_server_config with a certificate and a key, add one";

}  // namespace

tls::ContextSource make_tls_source(std::shared_ptr<webconfig::ConfigFile> file,
                                   const base::Log& log) {
  if (!file->tls_context()) return {};
  return [file = std::move(file), &log, gate = base::LogGate()]() mutable {
    std::string fault = kNoSection;
    try {
      if (auto context = file->tls_context()) return context;
    } catch (const rulefile::ConfigError& error) {
      fault = error.what();
    }
    if (gate.pass(base::Clock::now())) {
      log.error("Connections are refused while the TLS configuration cannot be used",
                {{"file", file->path()}, {"error", fault}});
    }
    return std::shared_ptr<const tls::ServerContext>();
  };
}

tls::ContextSource make_ingest_tls_source(const std::string& path, const base::Log& log) {
  if (path.empty()) return {};
  auto source = make_tls_source(std::make_shared<webconfig::ConfigFile>(path), log);
  if (!source) throw rulefile::ConfigError(path, 0, 0, kNoSection);
  return source;
}

}  // namespace weir::app
