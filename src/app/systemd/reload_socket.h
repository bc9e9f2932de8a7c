// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/reloader.h"
#include "weir/base/log.h"

namespace boost::asio {
class io_context;
}

namespace weir::app {

// The file of the socket in the folder that the service manager made for this service's run.
inline constexpr std::string_view kReloadSocketName = "reload";
// What is answered to a reload that has succeeded; to any other what was wrong, a line for each
// error.
inline constexpr std::string_view kReloaded = "reloaded\n";

// A Unix socket of which each connection asks for a reload, is answered when it has come to an end,
// and is closed (behaviour systemd.reload). Only processes of the same user can connect. Main
// thread; the io_context and `log` must outlive it.
class ReloadSocket {
 public:
  using Reload = std::function<void(Reloader::OnEnd on_end)>;

  // `reload` is called on the context's thread. Throws StartError when the socket cannot be opened
  // in `folder`.
  ReloadSocket(boost::asio::io_context& main, const std::string& folder, Reload reload,
               const base::Log& log);
  ~ReloadSocket();
  ReloadSocket(const ReloadSocket&) = delete;
  ReloadSocket& operator=(const ReloadSocket&) = delete;

  void start();
  // Takes no more connections; what was asked for is answered while the context runs.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The folder for it: the first of $RUNTIME_DIRECTORY, "" where there is none or no service manager
// that is to be notified. While there is one thread.
[[nodiscard]] std::string reload_socket_folder();

}  // namespace weir::app
