// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/config_file.h"

#include <utility>

#include <fmt/core.h>

#include "webconfig/small_file.h"
#include "weir/rulefile/config_error.h"

namespace weir::webconfig {

namespace {

rulefile::ConfigError fault_at(const std::string& file, rulefile::Position position,
                               const std::string& message) {
  return {file, position.line, position.column, message};
}

struct Place {
  std::string_view key;  // as messages name what is wrong
  rulefile::Position position;
};

Place place_of(const TlsSection& section, tls::Setting setting) {
  switch (setting) {
    case tls::Setting::Certificate:
      return {section.certificate.path.empty() ? "cert" : "cert_file",
              section.certificate.position};
    case tls::Setting::Key:
      return {section.key.path.empty() ? "key" : "key_file", section.key.position};
    case tls::Setting::ClientCa:
      return {section.client_ca.path.empty() ? "client_ca" : "client_ca_file",
              section.client_ca.position};
    case tls::Setting::CipherSuites: return {"cipher_suites", section.ciphers};
    case tls::Setting::Curves: return {"curve_preferences", section.curves};
    case tls::Setting::Versions: break;
  }
  return {"min_version", section.versions};
}

}  // namespace

ConfigFile::ConfigFile(std::string path) : path_(std::move(path)) {}

std::shared_ptr<const WebConfig> ConfigFile::config() {
  std::string text;
  try {
    text = read_small_file(path_);
  } catch (const FileError& error) {
    throw rulefile::ConfigError(
        path_, 0, 0,
        fmt::format("cannot be read: {}, check the path and its permissions", error.what()),
        rulefile::DiagnosticKind::Unreadable);
  }
  if (config_ && text == text_) return config_;
  config_ = std::make_shared<const WebConfig>(parse_web_config(text, path_));
  text_ = std::move(text);
  return config_;
}

std::string ConfigFile::read_pem(const PemSource& source, std::string_view key) const {
  if (source.path.empty()) return source.text;
  try {
    return read_small_file(path_beside(path_, source.path));
  } catch (const FileError& error) {
    throw fault_at(path_, source.position,
                   fmt::format("{} cannot be read: {}: {}, check the path and its permissions", key,
                               rulefile::printable(source.path), error.what()));
  }
}

std::shared_ptr<const tls::ServerContext> ConfigFile::tls_context() {
  const auto config = this->config();
  if (!config->tls) return nullptr;
  const TlsSection& section = *config->tls;
  tls::Settings settings = section.settings;
  settings.certificate = read_pem(section.certificate, "cert_file");
  settings.key = read_pem(section.key, "key_file");
  settings.client_ca = read_pem(section.client_ca, "client_ca_file");
  if (section.client_ca.is_given() && settings.client_ca.empty()) {
    throw fault_at(path_, section.client_ca.position, "client_ca_file is empty");
  }
  if (context_ && context_->settings() == settings) return context_;
  try {
    context_ = std::make_shared<const tls::ServerContext>(std::move(settings));
  } catch (const tls::SettingsError& error) {
    const auto [key, position] = place_of(section, error.setting());
    throw fault_at(path_, position, fmt::format("{}: {}", key, error.what()));
  }
  return context_;
}

}  // namespace weir::webconfig
