# SPDX-License-Identifier: Apache-2.0
"""StatsD lines as Micrometer's StatsD registry writes them, for each of its flavors. capture_test.py holds them against what it really sent."""

import re

FLAVORS = ("datadog", "etsy", "sysdig", "telegraf")
# Meter's type -> type of the line, and the statistic tags of its lines. A Timer with a percentile histogram is another one in DATADOG.
SENT = {
    "counter": ("c", ("count",)),
    "gauge": ("g", ("value",)),
    "time": ("g", ("value",)),
    "timer": ("ms", (None,)),
    "histogram": ("ms", (None,)),
    "summary": ("h", (None,)),
    "long_task_timer": ("g", ("active", "duration", "max")),
}


def camel(key):
    first, *others = key.split(".")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def written_value(flavor, value):
    """A tag's value, sanitised."""
    if flavor == "etsy":
        return value.replace(":", "_").replace(" ", "_")
    if flavor == "telegraf":
        return re.sub(r"[\s,:]", "_", value)
    if flavor == "sysdig":
        return re.sub(r"[^\w._]", "_", value, flags=re.ASCII)
    return value


def pairs(flavor, tags, statistic):
    """The tags in the order in which they are written."""
    sorted_tags = sorted(tags.items())
    if statistic is None:
        return sorted_tags
    if flavor == "etsy":
        return sorted([*sorted_tags, ("statistic", statistic)])
    return [("statistic", statistic), *sorted_tags]


def line(flavor, name, tags, statistic, value, kind):
    """One line."""
    written = [(key, written_value(flavor, text)) for key, text in pairs(flavor, tags, statistic)]
    if flavor == "etsy":
        return ".".join([camel(name), *(part for key, text in written for part in (camel(key), text))]) + f":{value}|{kind}"
    if flavor == "telegraf":
        return name.replace(".", "_") + "".join(f",{key.replace('.', '_')}={text}" for key, text in written) + f":{value}|{kind}"
    if flavor == "sysdig":
        body = ",".join(f"{re.sub('[^A-Za-z0-9_.]', '_', key)}={text}" for key, text in written)
        return name + ("#" + body if body else "") + f":{value}|{kind}"
    body = ",".join(f"{key}:{text}" for key, text in written)
    return f"{name}:{value}|{kind}" + ("|#" + body if body else "")


def lines(flavor, meter, name, tags, values):
    """The lines of a meter of a type: `values` has one for each statistic."""
    kind, statistics = SENT[meter]
    if meter == "histogram" and flavor == "datadog":
        kind = "d"
    return [line(flavor, name, tags, statistic, value, kind) for statistic, value in zip(statistics, values)]
