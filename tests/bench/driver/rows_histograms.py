# SPDX-License-Identifier: Apache-2.0
"""Rows about histograms with and without native buckets: what an observation costs, and what a busy series takes."""

import dataclasses

from bench import Row, mapping_file, verdict
from rows_new_series import busy_bytes

BUSY = {"series": 1000, "families": 1000, "tags": 0, "datagram_bytes": 1432}
LINES_MIN = 600_000
# Lines per second that the reference keeps up with: what waits in its queues is no histogram.
PACE = 50_000


@dataclasses.dataclass
class Kind:
    row: str
    name: str
    mapping: str
    user_max: int
    # What weir takes at most of the reference's memory.
    share_max: float


# A factor of 1 has no native buckets, in the reference too; both have the same 11 classic ones by default.
NATIVE = Kind("native-histogram", "native histogram", "defaults:\n  observer_type: histogram\n", 80, 0.25)
CLASSIC = Kind("classic-histogram", "classic histogram",
               "defaults:\n  observer_type: histogram\n  histogram_options:\n    native_histogram_bucket_factor: 1\n", 40, 0.25)


def histogram(bench, kind, counters):
    with mapping_file(kind.mapping) as path:
        flags = [f"--statsd.mapping-config={path}"]
        runners = [(name, lambda run=run: run(flags)) for name, run in bench.programs("weir", "reference")]
        timers = bench.full_speed(runners, **BUSY, kinds="ms", lines_min=LINES_MIN)
        taken = {name: busy_bytes(bench, run, series=bench.scaled(2000, 200), rounds=300, rate=PACE) for name, run in runners}
    line = timers.ns("weir", "user")
    extra = line - counters.ns("weir", "user")
    measured = f"{extra:.0f} ns user ({line:.0f} for the whole line); {taken['weir']:,.0f} bytes per busy series"
    conditions = [extra <= kind.user_max]
    if "reference" in taken:
        share = taken["weir"] / taken["reference"]
        measured += f" = {share:.3f} x the reference's {taken['reference']:,.0f}; its line 1/{timers.ratio('reference', 'weir', 'user'):.0f} of the reference's"
        conditions.append(share <= kind.share_max)
    return Row(kind.row, f"a {kind.name} observation, amortised over 1,000 busy series, 11 classic buckets",
               f"at most {kind.user_max} ns of user CPU; a busy series at most {kind.share_max} x the reference's memory", measured, verdict(*conditions),
               [*timers.table(), "", "The same lines as counters:", "", *counters.table()])


def histograms(bench):
    counters = bench.full_speed(bench.programs("weir"), **BUSY, kinds="c", lines_min=LINES_MIN)
    return [histogram(bench, kind, counters) for kind in (NATIVE, CLASSIC)]


ROWS = {"histograms": histograms}
