# SPDX-License-Identifier: Apache-2.0
"""When a program has come to rest."""

import time

# Long enough that a batch on its way shows as progress, twice the flush interval at least.
QUIET_SECONDS = 0.012
FLUSHES_WHILE_QUIET = 2
# Lines that a program refuses (too long ones) or loses never come to be counted.
NO_PROGRESS_SECONDS_MAX = 0.5
# A reference whose scrapes fail does not tell how far it is.
UNREADABLE_SETTLE_SECONDS = 0.4
FLUSHED = "statsd_exporter_event_queue_flushed_total"
LINES = "statsd_exporter_lines_total"


class Quiescence:
    """Watches one program until what was sent to it has taken effect."""

    def __init__(self, program, lines):
        self._program = program
        self._lines = lines
        self._seen = None
        self._changed_at = self._flushes = 0
        self._unreadable_since = None

    def is_settled(self):
        if self._program.process.poll() is not None:
            return True
        values, now = self._program.progress(), time.monotonic()
        if values is None:
            self._unreadable_since = self._unreadable_since or now
            return now - self._unreadable_since > UNREADABLE_SETTLE_SECONDS
        flushes = values.pop(FLUSHED, 0)
        if values != self._seen:
            self._seen, self._changed_at, self._flushes = values, now, flushes
            return False
        quiet = now - self._changed_at
        if values.get(LINES, 0) < self._lines:
            return quiet > NO_PROGRESS_SECONDS_MAX
        return quiet >= QUIET_SECONDS and (not self._program.is_reference or flushes - self._flushes >= FLUSHES_WHILE_QUIET)
