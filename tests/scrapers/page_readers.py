# SPDX-License-Identifier: Apache-2.0
"""Programs of others that read pages: each takes pages by name and gives for each what is in it, or what is wrong with it.

What is in a page is a list of (family, {(sample name, labels): (value, time)}): the bounds of buckets and quantiles are numbers, times are
in milliseconds, and None where a sample has none.
"""

import contextlib
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

import protobuf_page
import protobuf_text

HERE = pathlib.Path(__file__).resolve().parent
PARSER = HERE / "python_parser.py"
MESSAGES = HERE / "metric_family.proto"
CLIENT = "prometheus-client==0.26.0"
# In a virtual environment that has it.
COMPLETE = f"complete-{CLIENT}"
# Another Python on the PATH does not have what Debian has packed.
DEBIAN_PYTHON = "/usr/bin/python3"
SECONDS_MAX = 300
# promtool's exit code for a page that it can read but would word otherwise.
LINT_ONLY = 3
# Of field 1, a message.
FAMILY_KEY = b"\x0a"


class Missing(Exception):
    """A program that is not here."""


def numbers(labels):
    """Sorted, with `le` and `quantile` as numbers: `1` and `1.0` are the same."""
    return tuple(sorted((name, float(value) if name in ("le", "quantile") else value) for name, value in labels))


def tool(name):
    return shutil.which(name) or missing(f"no {name}")


def missing(what):
    raise Missing(what)


def client_python():
    """A Python that has the client: from PyPI, in a virtual environment that is kept in WEIR_SCRAPER_CLIENT, else Debian's."""
    if folder := os.environ.get("WEIR_SCRAPER_CLIENT"):
        python = pathlib.Path(folder, "bin", "python3")
        if pathlib.Path(folder, COMPLETE).exists() or is_installed(pathlib.Path(folder), python):
            return python
    return next(filter(has_client, (sys.executable, DEBIAN_PYTHON)), None) or missing(f"{CLIENT} comes neither from PyPI nor from Debian")


def has_client(python):
    with contextlib.suppress(OSError):
        return subprocess.run([python, "-c", "import prometheus_client"], capture_output=True, check=False).returncode == 0
    return False


def is_installed(folder, python):
    commands = ([sys.executable, "-m", "venv", "--clear", folder], [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CLIENT])
    for command in commands:
        try:
            subprocess.run(list(map(str, command)), capture_output=True, timeout=SECONDS_MAX, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
    (folder / COMPLETE).touch()
    return True


def python_client(kind, pages):
    """kind: `text` or `openmetrics`."""
    texts = json.dumps({kind: {name: page.decode() for name, page in pages.items()}})
    done = subprocess.run([client_python(), PARSER], input=texts, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    said = json.loads(done.stdout)
    return {name: found["error"] if isinstance(found, dict) else list(map(python_family, found)) for name, found in said[kind].items()}


def python_family(found):
    name, *samples = found
    return name, {(sample, numbers(labels)): (value, None if time is None else round(time * 1000)) for sample, labels, value, time in samples}


def promtool(pages):
    """Nothing is in a page that it could read: it says only what is wrong."""
    program = tool("promtool")
    found = {}
    for name, page in pages.items():
        done = subprocess.run([program, "check", "metrics"], input=page, capture_output=True, check=False, timeout=SECONDS_MAX)
        found[name] = None if done.returncode in (0, LINT_ONLY) else done.stderr.decode(errors="replace")
    return found


def protoc(pages):
    program = tool("protoc")
    return {name: decoded(program, page) for name, page in pages.items()}


def decoded(program, page):
    command = [program, f"--proto_path={HERE}", "--decode=io.prometheus.client.Page", MESSAGES.name]
    done = subprocess.run(command, input=as_one_message(page), capture_output=True, check=False, timeout=SECONDS_MAX)
    if done.returncode != 0:
        return done.stderr.decode(errors="replace")
    try:
        families = protobuf_text.read(done.stdout.decode()).get("family", [])
    except protobuf_text.DecodeError as fault:
        return str(fault)
    return list(map(protobuf_family, families))


def protobuf_family(message):
    name, kind = message["name"][0], message["type"][0].lower()
    return name, {key: (value, time_of(metric)) for metric in message["metric"] for key, value in metric_samples(name, kind, metric).items()}


def time_of(metric):
    return int(metric["timestamp_ms"][0]) if "timestamp_ms" in metric else None


def as_one_message(page):
    parts, position = [], 0
    while position < len(page):
        length, begin = protobuf_page.varint(page, position)
        parts.append(FAMILY_KEY + page[position:begin + length])
        position = begin + length
    return b"".join(parts)


def metric_samples(name, kind, metric):
    """(sample name, labels) -> value, as the text format has them."""
    labels = [(label["name"][0], label["value"][0]) for label in metric.get("label", ())]
    value = metric[kind][0]
    if kind in ("counter", "gauge"):
        return {(name, numbers(labels)): float(value["value"][0])}
    count = float(value["sample_count"][0])
    samples = {(name + "_sum", numbers(labels)): float(value["sample_sum"][0]), (name + "_count", numbers(labels)): count}
    if kind == "summary":
        return samples | {(name, numbers([*labels, ("quantile", one["quantile"][0])])): float(one["value"][0]) for one in value.get("quantile", ())}
    check_native(value)
    samples |= {(name + "_bucket", numbers([*labels, ("le", one["upper_bound"][0])])): float(one["cumulative_count"][0]) for one in value.get("bucket", ())}
    return samples | {(name + "_bucket", numbers([*labels, ("le", math.inf)])): count}


def check_native(histogram):
    for sign in ("negative", "positive"):
        buckets = sum(int(span["length"][0]) for span in histogram.get(f"{sign}_span", ()))
        if buckets != len(histogram.get(f"{sign}_delta", ())):
            raise protobuf_text.DecodeError(f"{buckets} {sign} buckets, and {len(histogram.get(f'{sign}_delta', ()))} counts")
