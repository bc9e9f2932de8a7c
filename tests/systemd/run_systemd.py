#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots a Debian 12 with systemd in a container and runs weir in it as an administrator would: units, sockets, reloads, the watchdog.

    apt-get install debootstrap systemd-container
    tests/systemd/run_systemd.py --weir build/src/app/weir [--cache FOLDER] [CASE ...]

As root, about two minutes, and one more the first time for the root file system, which is kept in the cache. CASE is part of a name; all
cases run without one. What systemd prints is printed. Where a container cannot be booted it says why and exits with 77, which Meson takes
for skipped. The container has a network of its own, without a way out.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "support"))

import certificates  # noqa: E402

SUITE, PACKAGES = "bookworm", "systemd,systemd-sysv,dbus,python3"
SKIPPED = 77
GUEST_FILES = (HERE / "guest.py", HERE / "guest_tools.py", ROOT / "tests" / "support" / "held_thread.py")
UNITS = ("weir.service", "weir.socket", "weir-http.socket")
TRIAL = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/usr/bin/python3 -u /trial/guest.py {cases} >/trial/output 2>&1; echo $? >/trial/code; systemctl --no-block poweroff'
"""


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(SKIPPED)


def check_means():
    if os.geteuid() != 0:
        skip("only root can boot a container")
    for program in ("debootstrap", "systemd-nspawn", "openssl"):
        if shutil.which(program) is None:
            skip(f"no {program}")


def made_base(cache):
    """A root file system with systemd, made once."""
    base = cache / f"debian-{SUITE}"
    if (base / "sbin" / "init").exists():
        return base
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as folder:
        done = subprocess.run(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, folder + "/root"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            skip("debootstrap failed: " + " ".join(done.stdout.splitlines()[-1:]))
        os.rename(folder + "/root", base)
    return base


def copy_program(weir, root):
    """With its libraries that the file system does not have."""
    shutil.copy(weir, root / "usr/local/bin/weir")
    listed = subprocess.run(["ldd", weir], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"=> (/\S+)", listed):
        name = pathlib.Path(library).name
        if not any(root.glob(f"usr/lib/*/{name}")):
            shutil.copy(library, root / "usr/local/lib" / name)
    subprocess.run(["ldconfig", "-r", root], check=True)


def furnish(root, weir, cases):
    copy_program(weir, root)
    units = root / "etc/systemd/system"
    for unit in UNITS:
        shutil.copy(ROOT / "packaging" / unit, units)
    (root / "trial").mkdir()
    for file in GUEST_FILES:
        shutil.copy(file, root / "trial")
    _, key = certificates.Authority(root / "trial").sign("weir")
    key.chmod(0o600)
    (units / "trial.service").write_text(TRIAL.format(cases=" ".join(cases)))
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "trial.service").symlink_to("../trial.service")


def boot(root, seconds):
    """Returns what its console showed."""
    command = ["systemd-nspawn", "--register=no", "--keep-unit", "-q", "-D", root, "--private-network", "-b", "--console=pipe"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
        return done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as stuck:
        return (stuck.stdout or b"").decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "weir-systemd")
    parser.add_argument("--timeout", type=float, default=400, help="seconds for the whole")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    arguments = parser.parse_args()
    check_means()
    base = made_base(arguments.cache)
    with tempfile.TemporaryDirectory(dir=arguments.cache, prefix="run-") as folder:
        root = pathlib.Path(folder, "root")
        subprocess.run(["cp", "-a", "--one-file-system", base, root], check=True)
        furnish(root, arguments.weir, arguments.cases)
        console = boot(root, arguments.timeout)
        output, code = root / "trial/output", root / "trial/code"
        if not output.exists():
            skip("it did not boot: " + " ".join(console.splitlines()[-1:]))
        print(output.read_text(errors="replace"), end="")
        if not code.exists():
            sys.exit(f"not ok - the cases did not end in {arguments.timeout:g} s")
        sys.exit(int(code.read_text()))


if __name__ == "__main__":
    main()
