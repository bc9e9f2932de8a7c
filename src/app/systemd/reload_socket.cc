// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/reload_socket.h"

#include <exception>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "app/listen_plan.h"
#include "app/systemd/variables.h"
#include "weir/net/accept_loop.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

namespace asio = net::asio;

using Connection = net::Awaited::as_default_on_t<net::StreamAcceptor::protocol_type::socket>;

constexpr std::string_view kMode = "600";

net::BoundSocket open(const std::string& folder, const base::Log& log) {
  const std::string path = folder + "/" + std::string(kReloadSocketName);
  try {
    return net::open_unixstream(net::unix_endpoint(path), kMode, log);
  } catch (const net::ListenError& error) {
    throw StartError({}, {}, std::string("the socket for reloads: ") + error.what());
  }
}

std::string verdict(const Reloader::Errors& errors) {
  if (errors.empty()) return std::string(kReloaded);
  std::string lines;
  for (const auto& error : errors) lines += rulefile::text_of(error) + "\n";
  return lines;
}

// What does not fit into the buffer of a connection that reads nothing is let go.
void answer(Connection& connection, const std::string& text) {
  static_cast<void>(
      ::send(connection.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace

class ReloadSocket::Impl {
 public:
  Impl(asio::io_context& main, net::BoundSocket socket, Reload reload, const base::Log& log)
      : main_(main), reload_(std::move(reload)), log_(log), acceptor_(main) {
    acceptor_.assign({socket.family, 0}, socket.descriptor.get());
    static_cast<void>(socket.descriptor.release());
    file_ = std::move(socket.file);
  }

  void start() {
    const auto on_error = [this](const boost::system::error_code& error) {
      log_.warn("a request for a reload could not be taken", {{"error", error.message()}});
    };
    asio::co_spawn(
        main_,
        net::accept_loop<net::StreamAcceptor>(
            acceptor_, on_error, [this](Connection socket) { serve(std::move(socket)); }),
        [this](const std::exception_ptr& error) {
          net::log_session_end(log_, "reload socket", error);
        });
  }

  void stop() {
    file_.remove();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  void serve(Connection socket) {
    log_.info("Received request, attempting reload");
    auto connection = std::make_shared<Connection>(std::move(socket));
    reload_([connection](const Reloader::Errors& errors) { answer(*connection, verdict(errors)); });
  }

  asio::io_context& main_;
  Reload reload_;
  const base::Log& log_;
  net::StreamAcceptor acceptor_;
  net::SocketFile file_;  // goes before the acceptor is closed
};

ReloadSocket::ReloadSocket(asio::io_context& main, const std::string& folder, Reload reload,
                           const base::Log& log)
    : impl_(std::make_unique<Impl>(main, open(folder, log), std::move(reload), log)) {}
ReloadSocket::~ReloadSocket() = default;

void ReloadSocket::start() { impl_->start(); }
void ReloadSocket::stop() { impl_->stop(); }

std::string reload_socket_folder() {
  if (environment_value("NOTIFY_SOCKET").empty()) return {};
  const std::string folders = environment_value("RUNTIME_DIRECTORY");
  return folders.substr(0, folders.find(':'));
}

}  // namespace weir::app
