# SPDX-License-Identifier: Apache-2.0
"""Where and on what a report was measured, and which core runs what."""

import json
import os
import pathlib
import platform
import re
import subprocess


def cores():
    """(the sender's core, the server's core): two different ones where there are two."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def sysctl(name):
    try:
        return pathlib.Path("/proc/sys", *name.split(".")).read_text(encoding="ascii").strip()
    except OSError:
        return "?"


def git(source, *words):
    done = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(source), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def commit(source):
    """The short name of the commit, and whether the tree differs from it."""
    name = git(source, "rev-parse", "--short", "HEAD") or "no commit"
    return name + (" with changes" if git(source, "status", "--porcelain", "--", "src", "include") else "")


def build_options(build):
    """Meson's options of a build folder, by name; empty when it is none."""
    path = pathlib.Path(build, "meson-info", "intro-buildoptions.json")
    if not path.exists():
        return {}
    return {option["name"]: option["value"] for option in json.loads(path.read_text(encoding="utf-8"))}


def version(binary):
    """The first line that `--version` writes, without what build folders put in."""
    done = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).partition("\n")[0].partition(" (")[0]


def reference_version(binary):
    """What Go wrote into the binary: one that `go install` made does not tell its version."""
    found = re.search(rb"mod\tgithub\.com/prometheus/statsd_exporter\t(v[0-9.]+)", pathlib.Path(binary).read_bytes())
    return f"statsd_exporter {found.group(1).decode()}" if found else version(binary)


# What weir reads to use fewer instructions than the processor has, and the names that it knows, the best first.
LEVEL_VARIABLE, LEVELS = "WEIR_CPU_LEVEL", ("avx512", "avx2", "baseline")


def levels(weir):
    """Those of `LEVELS` that weir takes here: all up to the processor's best. A weir that knows no such variable has one."""
    found = []
    for level in LEVELS:
        done = subprocess.run([str(weir), "--check-config"], env={**os.environ, LEVEL_VARIABLE: level}, capture_output=True, text=True, check=False)
        if done.returncode == 0 and f"cpu_level={level}," in done.stderr:
            found.append(level)
    return found or ["?"]


def describe(bench):
    """Lines for the head of a report."""
    return {
        "machine": f"{cpu_model()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB, kernel {platform.release()}",
        "commit": commit(bench.source) if bench.is_own_build else "that of another binary",
        "build": f"{bench.build_type}, {version(bench.weir)}",
        "reference": reference_version(bench.reference) if bench.reference else "not installed",
        "others": bench.describe_peers(),
        "level": bench.levels[0],
        "net.core.rmem_max": sysctl("net.core.rmem_max"),
    }
