// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/tally.h"

namespace weir::app {

// What became of requests to change groups, and of what is in them.
struct PushCounts {
  base::Tally taken;
  base::Tally bad_request;   // not read: path, TTL, encoding or text
  base::Tally inconsistent;  // refused because of what was pushed before
  base::Tally no_room;       // refused by a limit
  base::Tally too_large;     // the body is, once it is unpacked
  base::Tally deletes;
  base::Tally wipes;
  base::Tally expired;  // groups
  // Series that a page went without, each page adding its own: another group, or the daemon itself,
  // has a family of that name and of another type, or that series.
  base::Tally left_out;
};

}  // namespace weir::app
