// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "weir/tls/server_context.h"
#include "weir/webconfig/web_config.h"

namespace weir::webconfig {

// A web configuration file that is read each time it is needed, so that what changes in it, or in
// the files that it names, is used at once. What has not changed is not parsed again. One thread;
// calls read files, which are few and small.
class ConfigFile {
 public:
  explicit ConfigFile(std::string path);

  // As the file is now. Throws rulefile::ConfigError, each time until it is good again.
  [[nodiscard]] std::shared_ptr<const WebConfig> config();
  // Of the file's TLS section and what it names now; null without one. Throws
  // rulefile::ConfigError.
  [[nodiscard]] std::shared_ptr<const tls::ServerContext> tls_context();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[nodiscard]] std::string read_pem(const PemSource& source, std::string_view key) const;

  std::string path_;
  std::string text_;  // that `config_` is of
  std::shared_ptr<const WebConfig> config_;
  std::shared_ptr<const tls::ServerContext> context_;
};

}  // namespace weir::webconfig
