// SPDX-License-Identifier: Apache-2.0
#include "app/foreign_listeners.h"

#include <utility>

#include "app/influx/influx_input.h"
#include "app/wavefront/wavefront_input.h"

namespace weir::app {

bool has_foreign_listeners(const Options& options) {
  return options.influx.is_on() || options.wavefront.is_listening();
}

void open_foreign_listeners(const Options& options, Worker& worker, ShownAddresses& shown) {
  if (options.influx.is_on()) {
    auto sockets = open_influx_sockets(options.influx);
    shown.influx_http = shown_addresses(options.influx.http_addresses, sockets.http, {});
    shown.influx_udp = shown_addresses(options.influx.udp_addresses, sockets.udp, {});
    worker.listen_influx(options, std::move(sockets));
  }
  if (options.wavefront.is_listening()) {
    auto sockets = open_wavefront_sockets(options.wavefront);
    shown.wavefront = shown_addresses(options.wavefront.tcp_addresses, sockets, {});
    worker.listen_wavefront(options, std::move(sockets));
  }
}

}  // namespace weir::app
