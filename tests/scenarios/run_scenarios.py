#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays every scenario against a daemon, over UDP and over TCP, and reports in TAP.

    run_scenarios.py --weir build/src/app/weir [SCENARIO | TOPIC]...
    run_scenarios.py --reference PATH [SCENARIO | TOPIC]...      where does the real statsd_exporter differ? Never fails.
    ... --record     writes the expecting sections from what the daemon answers; look at each of them before you keep it

TOPIC/REST.txtar is the scenario TOPIC-REST, and TOPIC/PART/REST.txtar TOPIC-PART-REST: a text archive (tests/support/text_archive.py has its grammar) that is read from top to bottom.

    # In a line, what it shows.
    -- rules --              the ids of docs/behaviour.md that it covers, one a line
    -- flags --              optional: one flag a line
    -- headers --            optional: request headers of the scrapes, one `Name: value` a line
    -- mapping.yml --        optional: the mapping file

Then its steps, in the order in which they happen, as many as are needed:

    -- send --               one StatsD line a line, byte for byte
    -- expect --             what /metrics holds then, the daemon's own metrics aside, byte for byte
    -- reload --             the mapping file from here on, which SIGHUP loads
    -- reload-fails --       the same, and it must be refused
    -- expire SECONDS s --   what /metrics holds once series have expired so long after the last lines
    -- sleep SECONDS s --

And what was seen when all is done:

    -- self --               optional: by how much own metrics moved, `name{labels} value`. Errors and conflicts that it does not name must not move
    -- warnings --           optional: the warnings about the mapping file that are logged, all of them
    -- error --              in the place of steps and of these: the file must be refused, with these lines and exit code 1

In `rules`, `flags` and `self` a `#` begins a comment. Bytes that a text cannot hold, as in a file in UTF-16, stand in `-- mapping.yml (escaped) --`.
"""

import argparse
import concurrent.futures
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import scenario  # noqa: E402
import text_archive  # noqa: E402

BEHAVIOUR = HERE.parent.parent / "docs" / "behaviour.md"
AT_ONCE = 4
TRANSPORTS = ("udp", "tcp")


def rule_ids():
    """The ids of docs/behaviour.md, in order. A rule with a path beside its id is held by that and not by a scenario."""
    return re.findall(r"^- `([a-z.-]+)`:", BEHAVIOUR.read_text(encoding="utf-8"), re.MULTILINE)


def coverage_faults(ids, scenarios):
    covered = {rule for item in scenarios for rule in item.rules}
    faults = [f"{item.name}: names no rule" for item in scenarios if not item.rules]
    faults += [f"{item.name}: no such rule: {rule}" for item in scenarios for rule in item.rules if rule not in ids]
    faults += [f"no scenario covers {rule}" for rule in ids if rule not in covered]
    faults += [f"{rule} is twice in docs/behaviour.md" for rule in sorted({rule for rule in ids if ids.count(rule) > 1})]
    return faults


def transports(item, options):
    # A load error needs no traffic, and two recordings of one file would meet.
    return TRANSPORTS[:1] if item.is_load_error or options.record else TRANSPORTS


def outcome(item, transport, options):
    """None, or what went wrong."""
    try:
        item.play(options.reference or options.weir, transport, bool(options.reference), options.record)
    except Exception as fault:  # Whatever it is, the others are to be played too.
        return f"{type(fault).__name__}: {fault}"
    return None


def report(number, name, fault):
    print(f"{'not ok' if fault else 'ok'} {number} - {name}")
    for line in (fault or "").splitlines():
        print("# " + line)
    sys.stdout.flush()


def arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO | TOPIC")
    options = parser.parse_args()
    if not options.weir and not options.reference:
        parser.error("which daemon?")
    return options


def main():
    options = arguments()
    try:
        scenarios = scenario.all_below(HERE)
    except (text_archive.ArchiveError, scenario.ScenarioError) as fault:
        sys.exit(str(fault))
    chosen = [item for item in scenarios if not options.scenarios or {item.name, *item.topics} & set(options.scenarios)]
    if unknown := set(options.scenarios) - {name for item in scenarios for name in (item.name, *item.topics)}:
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    runs = [(item, transport) for item in chosen for transport in transports(item, options)]

    print(f"1..{len(runs) + 1}")
    faults = [] if options.scenarios else coverage_faults(rule_ids(), scenarios)
    report(1, "every rule has a scenario", "\n".join(faults))
    failed = bool(faults)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = pool.map(lambda run: outcome(*run, options), runs)
        for number, ((item, transport), fault) in enumerate(zip(runs, outcomes), 2):
            report(number, f"{item.name} {transport}", fault)
            failed = failed or bool(fault)
    sys.exit(1 if failed and not options.reference else 0)


if __name__ == "__main__":
    main()
