# SPDX-License-Identifier: Apache-2.0
"""Series that expire (behaviour ttl.*). Nothing is timed to less than seconds: a series must be there while it is refreshed, and go within a
generous wait once it is not.
"""

import concurrent.futures
import time

import pair
import running_daemon

MAPPING = """
defaults:
  ttl: 1s
mappings:
- match: two.*
  name: two_$1
  ttl: 2s
- match: long.*
  name: long_$1
  ttl: 1h
- match: histogram.*
  name: histogram_$1
  observer_type: histogram
- match: fraction.*
  name: fraction_$1
  ttl: 1500ms
"""
NEVER = """
mappings:
- match: two.*
  name: two_$1
  ttl: 2s
- match: zero.*
  name: zero_$1
  ttl: 0
"""
OFF = """
defaults:
  ttl: 1s
mappings:
- match: zero.*
  name: zero_$1
  ttl: 0
"""
TINY = """
mappings:
- match: nanoseconds.*
  name: nanoseconds_$1
  ttl: 10
"""
KINDS = b"%s.c:1|c\n%s.g:5|g\n%s.s:3|ms\n"
GONE_SECONDS_MAX = 20
REFRESHES = 12
REFRESH_SECONDS = 0.25
# They mostly wait.
AT_ONCE = 5


def kinds(name):
    return KINDS.replace(b"%s", name.encode())


def user_names(page):
    return {name for name, family in page.items() if not family.is_self_metric()}


def wait_gone(both, *names):
    """Until neither program shows these families."""
    def are_gone():
        return all(user_names(page).isdisjoint(names) for page in both.pages())
    running_daemon.wait_until(are_gone, GONE_SECONDS_MAX, f"the end of {names}")


def default_and_own(context):
    with context.report.case("ttl: a default and rules of their own") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        begin = time.monotonic()
        for name in ("free", "two", "long", "histogram", "fraction"):
            both.send(kinds(name))
        case.compare_pair(both)
        wait_gone(both, "free_c", "free_g", "free_s", "histogram_c", "histogram_s")
        case.expect(time.monotonic() - begin > 1, "gone before its TTL")
        wait_gone(both, "two_c", "two_g", "two_s", "fraction_c")
        case.expect(time.monotonic() - begin > 2, "gone before its TTL")
        case.compare_pair(both)


def refresh(context):
    with context.report.case("ttl: each event keeps its series, and only it") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        both.send(b"free.g:1|g\nfree.s:1|ms|#a:b\nother:1|c\nfree.c,a=b:1|c\n")
        both.settle()
        for _ in range(REFRESHES):
            both.send(b"free.c:1|c\nfree.g:+1|g\nfree.s:1|ms\n")
            both.settle()
            time.sleep(REFRESH_SECONDS)
        case.compare_pair(both)
        wait_gone(both, "free_c")


def restart(context):
    with context.report.case("ttl: a series that comes back begins at zero") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        for _ in range(2):
            both.send(b"free.c:5|c\nfree.g:+5|g\nfree.s:1|ms\nhistogram.h:1|h\n")
            case.compare_pair(both)
            wait_gone(both, "free_c", "free_g", "free_s", "histogram_h")
        case.compare_pair(both)


def a_series_of_many(context):
    with context.report.case("ttl: a series goes, its family stays") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        both.send(b"".join(b"free.c:1|c|#tag:%d\n" % number for number in range(5)) + b"long.c:1|c|#tag:0\ntwo.c:1|c|#tag:0\n")
        for _ in range(REFRESHES):
            both.send(b"free.c:1|c|#tag:3\n")
            both.settle()
            time.sleep(REFRESH_SECONDS)
        running_daemon.wait_until(lambda: all(len(page["free_c"].samples) == 1 for page in both.pages()), GONE_SECONDS_MAX, "one series")
        case.compare(*both.pages())


def name_after_expiry(context):
    with context.report.case("ttl: a name of another kind after expiry") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        both.send(b"free.x:5|c\nlong.x:1|c\n")
        both.settle()
        wait_gone(both, "free_x")
        both.send(b"free.x:5|g\n")
        both.settle()
        case.compare(*both.pages())


def stays(context, name, mapping, lines, expected_to_go):
    with context.report.case(f"ttl: {name}") as case, pair.Pair(context.binaries, mapping=mapping) as both:
        both.send(lines)
        both.settle()
        if expected_to_go:
            wait_gone(both, *expected_to_go)
        else:
            # Without a TTL of two seconds, so that a tick has passed.
            time.sleep(REFRESHES * REFRESH_SECONDS)
        case.compare(*both.pages())


# (name, mapping, lines, families that go)
WAITS = (
    ("nothing expires by itself", NEVER, kinds("free") + kinds("zero") + kinds("two"), ["two_c", "two_g", "two_s"]),
    ("without a mapping file", None, kinds("free"), []),
    ("a rule switches the default off", OFF, kinds("free") + kinds("zero"), ["free_c", "free_g", "free_s"]),
    ("a tiny one", TINY, kinds("nanoseconds") + kinds("free"), ["nanoseconds_c", "nanoseconds_g", "nanoseconds_s"]),
)


def run(context):
    cases = [default_and_own, refresh, restart, a_series_of_many, name_after_expiry]
    cases += [lambda own, item=item: stays(own, *item) for item in WAITS]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda one: one(context), cases):
            pass
