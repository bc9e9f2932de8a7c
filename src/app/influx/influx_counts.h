// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/tally.h"

namespace weir::app {

// What became of what InfluxDB's clients sent, up to the events of the pipeline's ledger. Written
// by the worker's thread, readable from any.
struct InfluxCounts {
  // Requests to write.
  struct Writes {
    base::Tally taken;
    base::Tally partial;      // some lines were refused
    base::Tally rejected;     // all lines were
    base::Tally bad_request;  // not read: method, parameters, or a body that cannot be unpacked
    base::Tally too_large;    // the body is, once it is unpacked
    base::Tally given_up;     // at a stop
  } writes;
  // Lines of writes and datagrams.
  struct Lines {
    base::Tally blank;  // comments, too
    base::Tally points;
    base::Tally without_samples;  // points of which nothing is made
    base::Tally rejected;
  } lines;
  // Fields of points.
  struct Fields {
    base::Tally samples;
    base::Tally texts;
    base::Tally derived;
  } fields;
  base::Tally http_bytes;  // of lines, unpacked
};

}  // namespace weir::app
