// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "weir/tls/settings.h"

// OpenSSL's, which only the sources of this layer include.
struct ssl_ctx_st;

namespace weir::tls {

// What the sessions of a server have in common: its certificate and its rules. Immutable; sessions
// made of it may be used on one thread each. Sessions are never resumed: each client shows its
// certificate each time.
class ServerContext {
 public:
  // Throws SettingsError.
  explicit ServerContext(Settings settings);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  // For the sessions of this layer.
  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  void use_certificate();
  void use_client_auth();
  void use_client_ca();
  void use_versions_and_ciphers();
  void use_curves();

  Settings settings_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

// Gives what a connection that begins now is to use, or null when it has to be refused. Called on
// the thread that accepts.
using ContextSource = std::function<std::shared_ptr<const ServerContext>()>;

}  // namespace weir::tls
