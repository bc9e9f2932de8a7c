// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::statsd {

// Which tag syntaxes are read. A disabled marker is an ordinary character of the name.
struct Dialects {
  bool dogstatsd = true;  // `|#key:value`
  bool influxdb = true;   // `name,key=value`
  bool librato = true;    // `name#key=value`
  bool signalfx = true;   // `name[key=value]`
};

}  // namespace weir::statsd
