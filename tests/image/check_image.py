#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the Dockerfile and runs the image as a cluster would: as nobody, no capabilities, nothing writable. By hand, as root, some minutes:

    apt-get install podman runc debootstrap; tests/image/check_image.py [--debootstrap]

With --debootstrap the base images are made from Debian's packages, for a machine that reaches no registry of images.
"""

import argparse
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "supervisor")]

import private_network  # noqa: E402
import running_daemon  # noqa: E402
import senders  # noqa: E402
import supervised  # noqa: E402

# Not crun: Debian 12's refuses machines with both versions of control groups.
PODMAN = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]
TARGETS = {"weir": [], "busybox": ["--target", "busybox"]}
LOCAL = "localhost/"
TAG = LOCAL + "weir-check-"
# Without the right to raise limits, podman's own are refused.
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]
HARDENED = ["--network", "host", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges", *LIMITS]
NOBODY = 65534
SUITE = "bookworm"
HOST = "127.0.0.1"
WAIT_SECONDS_MAX = 60
IMAGE_BYTES_MAX = 25_000_000

# What the image may hold, and nothing else.
KNOWN_FILES = re.compile(r"""
    /bin/(weir|statsd_exporter) | /LICENSE | /tmp
  | /lib(64)?/([\w-]+/)?(ld-linux|lib)[\w+.-]+\.so(\.\d+)*
  | /etc/(nsswitch\.conf|services) | /usr/share/zoneinfo/.*
  | /usr/share/doc/[\w+.-]+/copyright | /var/lib/dpkg/status\.d/[\w+.-]+
    """, re.VERBOSE)


def podman(*arguments, text=None):
    done = subprocess.run([*PODMAN, *map(str, arguments)], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"podman {arguments[0]}: {done.returncode}\n{done.stderr}")
    return done.stdout


def bases():
    """The images that the Dockerfile begins with."""
    froms = re.findall(r"^FROM (\S+)(?: AS (\S+))?", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    return {base for base, _ in froms} - {name for _, name in froms} - {"scratch"}


def make_bases():
    for base in sorted(bases()):
        name = LOCAL + base
        if subprocess.run([*PODMAN, "image", "exists", name], check=False).returncode == 0:
            continue
        with tempfile.TemporaryDirectory(prefix="weir-debootstrap-") as folder:
            subprocess.run(["debootstrap", "--variant=minbase", SUITE, folder], check=True)
            with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
                subprocess.run([*PODMAN, "import", "-", name], stdin=tar.stdout, check=True)


def dockerfile():
    """As it stands, but from the images made here: a name without a host would be looked up elsewhere."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for base in bases():
        text = re.sub(rf"^FROM {re.escape(base)}(?=\s)", f"FROM {LOCAL}{base}", text, flags=re.MULTILINE)
    return text


def build():
    version = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
    for name, target in TARGETS.items():
        subprocess.run([*PODMAN, "build", "--isolation", "chroot", "--layers", "--network", "host", "--build-arg", f"VERSION={version}",
                        "--build-arg", "REVISION=abc", *target, "--tag", TAG + name, "--file", "-", str(ROOT)], input=dockerfile(), text=True,
                       check=True)


def files(image):
    """Path -> listing of `tar -tv`, all of the image's own."""
    container = podman("create", TAG + image).strip()
    try:
        with subprocess.Popen([*PODMAN, "export", container], stdout=subprocess.PIPE) as tar:
            listing = subprocess.run(["tar", "-tvf", "-"], stdin=tar.stdout, capture_output=True, text=True, check=True).stdout
    finally:
        podman("rm", container)
    # mode owner/group size date time path [-> target]
    rows = [line.split(None, 5) for line in listing.splitlines()]
    return {"/" + row[5].split(" -> ")[0].removeprefix("./").rstrip("/"): row for row in rows}


class Container(supervised.Service):
    """The image in the place of the reference's, with the arguments of its README."""

    def __init__(self, image, folder, *arguments, mapping):
        self.cid_file = pathlib.Path(folder, "cid")
        command = [*PODMAN, "run", "--rm", "--cidfile", str(self.cid_file), *HARDENED, "--volume", f"{mapping}:/tmp/mapping.yml:ro", TAG + image,
                   "--statsd.mapping-config=/tmp/mapping.yml", *arguments]
        super().__init__(image, "/usr/bin/env", ["env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command], HOST, pathlib.Path(folder, "log"))

    def __enter__(self):
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_):
        self.kill()
        if self.cid_file.exists():
            subprocess.run([*PODMAN, "rm", "--force", "--ignore", self.cid_file.read_text().strip()], capture_output=True, check=False)

    def execute(self, *command):
        return podman("exec", self.cid_file.read_text().strip(), *command)

    def signal(self, number):
        # Not by way of `podman run`, which is not yet listening when the daemon is ready.
        podman("kill", "--signal", int(number), self.cid_file.read_text().strip())

    def proc(self, name):
        """Lines of a file of the daemon's /proc/PID."""
        pid = podman("inspect", "--format", "{{.State.Pid}}", self.cid_file.read_text().strip()).strip()
        return pathlib.Path("/proc", pid, name).read_text().splitlines()

    def status(self):
        return dict(line.split(":\t", 1) for line in self.proc("status") if ":\t" in line)

    def is_read_only(self, place):
        rows = [line.split() for line in self.proc("mountinfo")]
        return ["ro" in row[5].split(",") for row in rows if row[4] == place] == [True]


class Image(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-image-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.mapping = self.folder / "mapping.yml"
        self.mapping.write_text((HERE.parent / "supervisor" / "shop.yml").read_text(encoding="utf-8"))
        self.mapping.chmod(0o644)

    def container(self, image="weir", *arguments):
        return Container(image, self.folder, *arguments, mapping=self.mapping)

    def test_is_configured_as_the_references(self):
        for image in TARGETS:
            config = json.loads(podman("image", "inspect", TAG + image))[0]["Config"]
            self.assertEqual(config["Entrypoint"], ["/bin/statsd_exporter"])
            self.assertEqual(config["User"], f"{NOBODY}:{NOBODY}")
            self.assertEqual(set(config["ExposedPorts"]), {"9102/tcp", "9125/tcp", "9125/udp"})
            self.assertFalse(config.get("Cmd"))
            self.assertFalse(config.get("Healthcheck"))
            self.assertEqual(config["Labels"]["org.opencontainers.image.licenses"], "Apache-2.0")
            self.assertEqual(config["Labels"]["org.opencontainers.image.revision"], "abc")

    def test_holds_what_weir_needs_and_nothing_else(self):
        held = files("weir")
        folders = {path for path, row in held.items() if row[0].startswith("d") and path != "/tmp"}
        # The runtime's mount points.
        folders |= {"/dev/console", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv", "/etc/mtab"}

        self.assertEqual([path for path in sorted(held.keys() - folders) if not KNOWN_FILES.fullmatch(path)], [])
        self.assertEqual([path for path, row in held.items() if "s" in row[0][1:].lower()], [], "set-id files")
        self.assertEqual([path for path, row in held.items() if row[0][8] == "w" and not row[0].startswith("l")], ["/tmp"])
        self.assertEqual({row[1] for row in held.values()}, {"0/0"})

    def test_is_small(self):
        sizes = {image: json.loads(podman("image", "inspect", TAG + image))[0]["Size"] for image in TARGETS}
        print("image bytes:", sizes)
        self.assertLess(sizes["weir"], IMAGE_BYTES_MAX)

    def test_serves_as_nobody_with_nothing_writable(self):
        with self.container() as container:
            container.send(senders.shop())
            container.settle()
            page = container.page()
            status = container.status()

            self.assertEqual(container.get("/-/healthy")[0], 200)
            self.assertEqual(page["shop_visits"].samples["shop_visits", ()], "10")
            self.assertEqual(status["Uid"].split(), [str(NOBODY)] * 4)
            self.assertEqual(status["Gid"].split(), [str(NOBODY)] * 4)
            self.assertEqual({status[name] for name in ("CapPrm", "CapEff", "CapBnd")}, {"0" * 16})
            self.assertTrue(container.is_read_only("/"))
            self.assertTrue(container.is_read_only("/tmp/mapping.yml"))
            self.assertEqual(container.stop(), 0, container.log())

    def test_reloads_what_is_mounted(self):
        with self.container() as container:
            self.mapping.write_text("mappings:\n- match: a.*\n  name: b\n")
            container.signal(signal.SIGHUP)
            running_daemon.wait_until(lambda: container.value("statsd_exporter_loaded_mappings") == 1, WAIT_SECONDS_MAX, "the reload")

    def test_names_itself_as_the_reference_does(self):
        done = subprocess.run([*PODMAN, "run", "--rm", *HARDENED, TAG + "weir", "--no-such-flag"], capture_output=True, text=True, check=False)

        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.splitlines()[-1], "statsd_exporter: error: unknown long flag '--no-such-flag', try --help")

    def test_resolves_names_and_knows_time_zones(self):
        done = subprocess.run([*PODMAN, "run", "--rm", *HARDENED, "--env", "TZ=Asia/Tokyo", "--add-host", f"statsd.example:{HOST}", TAG + "weir",
                               "--statsd.listen-udp=statsd.example:9125", "--statsd.listen-tcp=nowhere.example:9125"],
                              capture_output=True, text=True, check=False)

        self.assertEqual(done.returncode, 1)
        self.assertIn("+09:00 level=", done.stderr)
        self.assertIn("nowhere.example", done.stderr)
        self.assertNotIn("resolve statsd.example", done.stderr)

    def test_answers_a_health_check_by_wget(self):
        with self.container("busybox") as container:
            container.execute("wget", "-q", "--spider", f"http://localhost:{supervised.WEB_PORT}/metrics")
            self.assertIn("Healthy", container.execute("sh", "-c", f"wget -qO- localhost:{supervised.WEB_PORT}/-/healthy"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--debootstrap", action="store_true")
    if parser.parse_args().debootstrap:
        make_bases()
    build()
    # The build needs the network, the containers need their ports.
    private_network.enter()
    unittest.main(argv=sys.argv[:1], verbosity=2)
