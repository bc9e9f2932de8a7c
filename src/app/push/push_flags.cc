// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_flags.h"

#include <cstdint>
#include <limits>

namespace weir::app {

namespace {

constexpr Range<std::uint64_t> kPushWide{1, std::numeric_limits<std::uint32_t>::max(),
                                         "from 1 to 4294967295"};
constexpr Range<std::chrono::nanoseconds> kPushTtl{
    std::chrono::nanoseconds(0), std::chrono::hours(24 * 365 * 10), "from 0s to 10 years"};

}  // namespace

void add_push_flags(FlagSet& flags, PushOptions& options) {
  flags.add("push.enable", "Serve Pushgateway's API, and what is pushed on the metrics page, too.",
            options.is_enabled);
  flags.add("push.listen-address", "Address for Pushgateway's API. Repeatable.", options.addresses);
  flags.add("push.ttl",
            "How long a group stays after its last push, where that does not say otherwise; 0s "
            "keeps it until it is deleted.",
            options.ttl, kPushTtl);
  flags.add("push.disable-consistency-check",
            "Take pushed metrics that do not fit to what other groups have.", options.is_unchecked);
  flags.add("push.enable-admin-api", "Serve /api/v1/admin/wipe, which deletes all groups.",
            options.has_admin_api);
  flags.add("limits.push-connections", "Most HTTP connections of pushing clients open at once.",
            options.connections_max, kPushWide);
  flags.add_bytes("limits.push-body-bytes",
                  "Longest body of a push, as it is sent; longer ones are answered with 413.",
                  options.body_bytes_max, kPushWide);
  flags.add_bytes("limits.push-unpacked-bytes",
                  "The same for a body with gzip or snappy, unpacked.", options.unpacked_bytes_max,
                  kPushWide);
  flags.add("limits.push-groups", "Most groups that are kept; pushes to more get 503.",
            options.store.groups_max, kPushWide);
  flags.add("limits.push-series", "Most series of all groups together.", options.store.series_max,
            kPushWide);
  flags.add_bytes("limits.push-bytes", "Most memory of all groups together.",
                  options.store.bytes_max);
}

}  // namespace weir::app
