// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/rsocket/connected_apps.h"
#include "weir/base/log.h"
#include "weir/net/asio.h"

namespace weir::app {

// Serves an application that is connected by WebSocket, where each message is a frame. `apps` and
// `log` outlive it. On the thread of RSocket.
void open_websocket_link(net::TcpSocket socket, ConnectedApps& apps, const base::Log& log);

}  // namespace weir::app
