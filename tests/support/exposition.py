# SPDX-License-Identifier: Apache-2.0
"""Reads the Prometheus text format 0.0.4, strictly: what this refuses, weir must not write. Names that need it may be in quotes."""

import dataclasses
import re

QUOTED = r'"((?:[^"\\\n]|\\[\\"n])*)"'
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
METADATA = re.compile(rf"# (?:HELP|TYPE) (?:({NAME.pattern})|{QUOTED})(?: (.*))?")
SAMPLE = re.compile(rf"(?:({NAME.pattern})(?:\{{(.*)\}})?|\{{{QUOTED}(?:,(.+))?\}}) ((\S+)(?: [0-9]+)?)")
LABEL = re.compile(rf"(?:({LABEL_NAME.pattern})|{QUOTED})={QUOTED}(?:,|$)")
UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}

# The daemon's own families (behaviour page.own-metrics); all others come from StatsD.
SELF_NAMES = {
    f"statsd_exporter_{name}"
    for name in (
        "build_info", "events_total", "events_unmapped_total", "events_actions_total", "events_error_total",
        "events_conflict_total", "event_queue_flushed_total", "metrics_total", "loaded_mappings", "config_reloads_total",
        "lines_total", "samples_total", "sample_errors_total", "tags_total", "tag_errors_total", "udp_packets_total",
        "udp_packet_drops_total", "unixgram_packets_total", "tcp_connections_total", "tcp_connection_errors_total",
        "tcp_too_long_lines_total", "relay_packets_total", "relay_long_lines_total", "relay_lines_relayed_total",
    )
}
SELF_NAMES |= {f"statsd_metric_mapper_cache_{name}" for name in ("length", "gets_total", "hits_total")}
SELF_PREFIXES = ("weir_", "process_", "promhttp_", "go_")


def is_self_name(name):
    return name in SELF_NAMES or name.startswith(SELF_PREFIXES)


@dataclasses.dataclass
class Family:
    name: str
    help: str
    type: str
    # As written, HELP and TYPE included.
    lines: list
    # (sample name, sorted tuple of (label, value)) -> value as written, with its time where it has one.
    samples: dict

    def is_self_metric(self):
        return is_self_name(self.name)


class FormatError(Exception):
    pass


def unescaped(text):
    return re.sub(r"\\.", lambda escape: UNESCAPED[escape.group()], text)


def either_name(plain, quoted, grammar):
    """The name as it is or out of its quotes, which only a name that needs them may have."""
    if plain is not None:
        return plain
    name = unescaped(quoted)
    if not name or grammar.fullmatch(name):
        raise FormatError(f"needs no quotes: {quoted}")
    return name


def parse_metadata(line):
    """(name, text)"""
    match = METADATA.fullmatch(line)
    if not match:
        raise FormatError(f"bad metadata: {line}")
    return either_name(match[1], match[2], NAME), match[3] or ""


def parse_labels(text):
    labels, position = [], 0
    while position < len(text):
        match = LABEL.match(text, position)
        if not match:
            raise FormatError(f"bad labels: {text}")
        labels.append((either_name(match[1], match[2], LABEL_NAME), unescaped(match[3])))
        position = match.end()
    if len({name for name, _ in labels}) != len(labels):
        raise FormatError(f"a label twice: {text}")
    return tuple(sorted(labels))


def parse_sample(line):
    match = SAMPLE.fullmatch(line)
    if not match:
        raise FormatError(f"not a sample: {line}")
    value, number = match[5], match[6]
    float(number.replace("Inf", "inf"))
    return (either_name(match[1], match[3], NAME), parse_labels(match[2] or match[4] or "")), value


def parse(text):
    """The families of an exposition, by name, in the order written."""
    if text and not text.endswith("\n"):
        raise FormatError("the last line is not ended")
    families, current = {}, None
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            name, help_text = parse_metadata(line)
            if name in families:
                raise FormatError(f"family {name} twice")
            current = families[name] = Family(name, help_text, "", [line], {})
            continue
        if current is None:
            raise FormatError(f"a line without a family: {line}")
        current.lines.append(line)
        if line.startswith("# TYPE "):
            name, current.type = parse_metadata(line)
            if name != current.name:
                raise FormatError(f"TYPE of {name} in {current.name}")
            continue
        key, value = parse_sample(line)
        if " " in value and current.type != "gauge":
            raise FormatError(f"a time in a {current.type}: {line}")
        if key in current.samples:
            raise FormatError(f"a series twice: {line}")
        if key[0] not in {current.name, *(current.name + suffix for suffix in ("_sum", "_count", "_bucket"))}:
            raise FormatError(f"{key[0]} in family {current.name}")
        current.samples[key] = value
    return families


def user_text(families):
    """The families that came from StatsD, as written."""
    return "".join(line + "\n" for family in families.values() if not family.is_self_metric() for line in family.lines)


def user_lines(page):
    """The same of a page in any text format, whose families all begin with HELP. Its end stays, where it has one."""
    lines, is_self = [], False
    for line in page.splitlines(keepends=True):
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            is_self = is_self_name(name) or is_self_name(name + "_total")
        if not is_self or line == "# EOF\n":
            lines.append(line)
    return "".join(lines)


def self_values(families):
    """Every sample of the daemon's own families: `name{labels}` -> number."""
    values = {}
    for family in families.values():
        if family.is_self_metric():
            for (name, labels), value in family.samples.items():
                values[series_text(name, labels)] = float(value)
    return values


def series_text(name, labels):
    if not labels:
        return name
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in labels) + "}"
