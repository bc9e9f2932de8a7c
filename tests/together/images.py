# SPDX-License-Identifier: Apache-2.0
"""Images for packaging/together/compose.yml out of programs that are installed, on a machine that reaches no registry of images.

Each has the name that the file gives it, and starts its program as the public image does, as the same user.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import services

COMPOSE = services.TOGETHER / "compose.yml"
NOBODY = 65534
# Debian 12's crun refuses machines with both versions of control groups, and its CNI resolves no names. Without the right to raise limits,
# podman's own are refused.
CONTAINERS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""
# Nothing of it is among the images of the machine, of which one may be called `weir`, too.
STORAGE = """[storage]
driver = "vfs"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""
PASSWD = "root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n"


@dataclasses.dataclass(frozen=True)
class Image:
    # What Go installs it as, and Debian: the first that is there.
    programs: tuple
    # Where it is in the image.
    path: str
    arguments: tuple = ()
    # What the image gives after these, where the Compose file has no command.
    command: tuple = ()
    user: int = NOBODY
    # A folder that the user may write.
    folder: str = ""

    def found(self):
        """Its program on this machine, or None."""
        return next(filter(None, map(shutil.which, self.programs)), None)


IMAGES = {
    "weir": Image(("weir",), "/bin/statsd_exporter"),
    "prometheus": Image(("prometheus",), "/bin/prometheus", (), ("--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"),
                        folder="/prometheus"),
    "node-exporter": Image(("node_exporter", "prometheus-node-exporter"), "/bin/node_exporter"),
    "cadvisor": Image(("cadvisor",), "/usr/bin/cadvisor", ("-logtostderr",), user=0),
    "blackbox-exporter": Image(("blackbox_exporter", "prometheus-blackbox-exporter"), "/bin/blackbox_exporter", (),
                               ("--config.file=/etc/blackbox_exporter/config.yml",), user=0),
    "mysqld-exporter": Image(("mysqld_exporter", "prometheus-mysqld-exporter"), "/bin/mysqld_exporter"),
    "pushgateway": Image(("pushgateway", "prometheus-pushgateway"), "/bin/pushgateway", folder="/pushgateway"),
    "statsd-exporter": Image(("statsd_exporter",), "/bin/statsd_exporter"),
}


def use(folder):
    """All that podman does from now on, here and in programs that are started, it does in `folder`."""
    for name, text in (("CONTAINERS_CONF", CONTAINERS), ("CONTAINERS_STORAGE_CONF", STORAGE)):
        file = folder / f"{name.lower()}.toml"
        file.write_text(text.format(folder=folder), encoding="ascii")
        os.environ[name] = str(file)


def service_texts():
    """name -> what compose.yml says of it"""
    text = COMPOSE.read_text(encoding="utf-8").partition("services:\n")[2].partition("\nvolumes:")[0]
    return dict(re.findall(r"^  ([\w-]+):\n((?:    .*\n|\n)+)", text, re.MULTILINE))


def names():
    """service -> the name of its image"""
    found = {name: re.search(r"^    image: (\S+)$", text, re.MULTILINE)[1] for name, text in service_texts().items()}
    return {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", image) for name, image in found.items()}


def copy_into(root, program, path):
    """The program and the libraries that it is linked with."""
    shutil.copy(program, place(root, path))
    linked = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    for library in re.findall(r"(/\S+)", linked):
        shutil.copy(library, place(root, library))


def place(root, path):
    made = pathlib.Path(root, path.lstrip("/"))
    made.parent.mkdir(parents=True, exist_ok=True)
    return made


def fill(root, image, program):
    copy_into(root, program, image.path)
    place(root, "/etc/passwd").write_text(PASSWD, encoding="ascii")
    for folder in filter(None, ("/tmp", image.folder)):
        made = place(root, folder)
        made.mkdir()
        os.chown(made, image.user, image.user)


def make(name, image, program):
    """The image `name`, on this machine alone."""
    changes = [f'ENTRYPOINT {list((image.path, *image.arguments))}'.replace("'", '"'), f"USER {image.user}", f"WORKDIR {image.folder or '/'}"]
    if image.command:
        changes.append(f"CMD {list(image.command)}".replace("'", '"'))
    with tempfile.TemporaryDirectory(prefix="weir-image-") as root:
        pathlib.Path(root).chmod(0o755)
        fill(root, image, program)
        with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as tar:
            words = [word for change in changes for word in ("--change", change)]
            subprocess.run(["podman", "import", "--quiet", *words, "-", f"localhost/{name}"], stdin=tar.stdout, stdout=subprocess.DEVNULL, check=True)
