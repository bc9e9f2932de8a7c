// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/tally.h"

namespace weir::app {

// What became of what Wavefront's clients sent, up to the events of the pipeline's ledger. Written
// by the worker's thread, readable from any.
struct WavefrontCounts {
  // HTTP requests to report.
  struct Reports {
    base::Tally taken;        // their lines were read
    base::Tally bad_request;  // not read: another method, or a body that cannot be unpacked
    base::Tally unsupported;  // spans, events or logs, by their format
    base::Tally too_large;    // the body is, once it is unpacked
    base::Tally given_up;     // at a stop
  } reports;
  // Lines of reports and connections.
  struct Lines {
    base::Tally blank;
    base::Tally taken;
    base::Tally rejected;
    base::Tally too_long;
    base::Tally unsupported;  // spans, events and the like
  } lines;
  base::Tally events;      // made of the lines that were taken
  base::Tally http_bytes;  // of lines, unpacked
  base::Tally tcp_bytes;
  base::Tally tcp_connections;  // of lines
  base::Tally refused_senders;  // the same, closed at once: not in the allow-list
};

}  // namespace weir::app
