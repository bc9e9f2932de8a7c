# SPDX-License-Identifier: Apache-2.0
"""A container of podman in which a StatsD client says with each line which container it is in, as the newer of DogStatsD's clients do."""

import contextlib
import pathlib
import shutil
import subprocess
import uuid

import services

# Not crun: Debian 12's refuses machines with both versions of control groups.
PODMAN = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]
BUSYBOX = "/bin/busybox"
IMAGE = "localhost/weir-together"
# The container's id is the last part of its control group, which the client reads.
CLIENT = """
id=$(busybox sed -n 's/.*[/-]\\([0-9a-f]\\{64\\}\\).*/\\1/p' /proc/self/cgroup | busybox head -n 1)
while busybox sleep 0.2; do printf 'parcels.packed:1|c|#shift:early|c:ci-%s\\n' "$id" | busybox nc -w 5 ADDRESS PORT; done
"""


def is_installed():
    return all(map(shutil.which, ("podman", "runc"))) and pathlib.Path(BUSYBOX).exists()


@contextlib.contextmanager
def api(socket, folder):
    """What cAdvisor learns the names of containers from."""
    with services.Service([*PODMAN, "system", "service", "--time=0", f"unix://{socket}"], folder / "podman.log", is_ready=pathlib.Path(socket).exists):
        yield


def podman(*arguments, **options):
    done = subprocess.run([*PODMAN, *arguments], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"podman {arguments[0]}: {done.stderr}"
    return done.stdout.strip()


def make_image(folder):
    root = folder / "image"
    (root / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    shutil.copy(BUSYBOX, root / "bin/sh")
    archive = folder / "image.tar"
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    podman("import", str(archive), IMAGE)


@contextlib.contextmanager
def sending(address, port, folder):
    make_image(folder)
    name = f"packer-{uuid.uuid4().hex[:8]}"
    script = CLIENT.replace("ADDRESS", address).replace("PORT", str(port))
    podman("run", "--detach", "--name", name, "--network", "host", "--cgroupns", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
           IMAGE, "/bin/sh", "-c", script)
    try:
        yield
    finally:
        podman("rm", "--force", "--time", "0", name)
        podman("rmi", "--force", IMAGE)
