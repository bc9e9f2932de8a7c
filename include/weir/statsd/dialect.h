// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::statsd {

// How senders may write lines. A disabled marker is an ordinary character of the name.
struct Dialects {
  bool dogstatsd = true;  // `|#key:value`
  bool influxdb = true;   // `name,key=value`
  bool librato = true;    // `name#key=value`
  bool signalfx = true;   // `name[key=value]`
  bool graphite = false;  // `name;key=value;key=value`

  // The last `:` before the first `|` ends the name, not the first: names and the values of name
  // tags may hold colons, and no line has packed values.
  bool colons_in_names = false;
  // The type `m`, a counter.
  bool meters = false;
  // Spaces around values, types and sampling factors and before other fields mean nothing.
  bool spaces = false;
};

}  // namespace weir::statsd
