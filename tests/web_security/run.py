#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""weir beside exporter-toolkit: the same verdicts on web configuration files, and the same clients let in.

    tests/web_security/run.py --weir build/src/app/weir [--without-toolkit]

Needs Go, openssl and a module proxy; --without-toolkit compares weir with the table alone. Prints TAP.
"""

import argparse
import base64
import contextlib
import http.client
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import verdicts  # noqa: E402

SECONDS_MAX = 60
BUILD_SECONDS_MAX = 900


class Report:
    def __init__(self):
        self.count = self.failures = 0

    def add(self, name, is_good, detail=""):
        self.count += 1
        self.failures += not is_good
        print(f"{'ok' if is_good else 'not ok'} {self.count} - {name}" + (f"\n# {detail}" if not is_good else ""), flush=True)


def make_scene(folder):
    authority = certificates.Authority(folder)
    stranger = certificates.Authority(folder, "stranger")
    authority.sign("server")
    return {"none": None, "good": authority.sign("client", "DNS:one"), "stranger": stranger.sign("foreign", "DNS:one"),
            "other name": authority.sign("other", "DNS:three")}


def built_toolkit(folder):
    program = pathlib.Path(folder) / "toolkit"
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "toolkit", check=True, timeout=BUILD_SECONDS_MAX)
    return program


def toolkit_verdict(toolkit, path):
    return subprocess.run([toolkit, "validate", path], capture_output=True, text=True, timeout=SECONDS_MAX).stdout.strip()


def weir_verdict(weir, path):
    done = subprocess.run([weir, "--check-config", f"--web.config.file={path}"], capture_output=True, text=True, timeout=SECONDS_MAX)
    return "taken" if done.returncode == 0 else f"refused: {done.stderr.splitlines()[-1]}"


def compare_verdicts(report, weir, toolkit, folder):
    path = pathlib.Path(folder) / "web.yml"
    cases = [(name, text, taken, taken) for name, text, taken in verdicts.SAME]
    cases += [(name, text, True, False) for name, text in verdicts.STRICTER]
    for name, text, toolkit_takes, weir_takes in cases:
        path.write_text(text)
        ours = weir_verdict(weir, path)
        # What is refused is refused with its place.
        report.add(f"verdict: {name}: weir", (ours == "taken") == weir_takes and (weir_takes or str(path) in ours), ours)
        if toolkit:
            theirs = toolkit_verdict(toolkit, path)
            report.add(f"verdict: {name}: toolkit", (theirs == "taken") == toolkit_takes, theirs)


def outcome(port, folder, client, versions, password):
    """What such a client gets: a status, or that it is not let in."""
    context = ssl.create_default_context(cafile=pathlib.Path(folder) / "ca.pem")
    context.minimum_version = context.maximum_version = versions
    if client:
        context.load_cert_chain(*client)
    connection = http.client.HTTPSConnection("localhost", port, timeout=SECONDS_MAX, context=context)
    fields = {"Authorization": "Basic " + base64.b64encode(f"alice:{password}".encode()).decode()} if password else {}
    try:
        with contextlib.closing(connection):
            connection.request("GET", "/", headers=fields)
            response = connection.getresponse()
            return response.status, response.getheader("X-Frame-Options")
    except (OSError, http.client.HTTPException):
        return "not let in"


@contextlib.contextmanager
def serving(command, port):
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            running_daemon.wait_until(lambda: process.poll() is None and is_open(port), SECONDS_MAX, "a port that is served")
            yield
        finally:
            process.kill()


def is_open(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX):
        return True
    return False


def answers(command_for, folder, clients):
    port = running_daemon.free_port()
    with serving(command_for(port), port):
        return {(name, version.name, password): outcome(port, folder, client, version, password)
                for name, client in clients.items() for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
                for password in (None, certificates.PASSWORD, "wrong")}


def compare_served(report, weir, toolkit, folder, clients):
    rest = f"basic_auth_users:\n  alice: {certificates.HASHES[2]}\nhttp_server_config:\n  http2: false\n  headers:\n    X-Frame-Options: deny\n"
    by_ca = ("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.pem")
    configs = {
        "plain TLS": (), "any certificate": ("client_auth_type: RequireAnyClientCert",), "asked for": ("client_auth_type: RequestClientCert",),
        "verified if given": ("client_auth_type: VerifyClientCertIfGiven", "client_ca_file: ca.pem"), "verified": by_ca,
        "allowed names": (*by_ca, "client_allowed_sans: [one, two]"), "no name allowed": (*by_ca, "client_allowed_sans: []"),
        "TLS 1.2": ("max_version: TLS12",), "TLS 1.3": ("min_version: TLS13",),
        "ciphers of TLS 1.3 alone": ("cipher_suites: [TLS_AES_128_GCM_SHA256]",),
    }
    for name, lines in configs.items():
        path = pathlib.Path(folder) / "served.yml"
        path.write_text(verdicts.pair(*lines, rest=rest))
        ours = answers(lambda port: [weir, f"--web.config.file={path}", f"--web.listen-address=127.0.0.1:{port}", "--statsd.listen-tcp=",
                                     "--statsd.listen-udp=127.0.0.1:0"], folder, clients)
        theirs = answers(lambda port: [toolkit, "serve", f"127.0.0.1:{port}", path], folder, clients)
        for client, answer in ours.items():
            report.add(f"served: {name}: {client}", answer == theirs[client], f"weir {answer}, toolkit {theirs[client]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--without-toolkit", action="store_true")
    arguments = parser.parse_args()
    weir = os.path.abspath(arguments.weir)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        clients = make_scene(folder)
        toolkit = None if arguments.without_toolkit else built_toolkit(folder)
        compare_verdicts(report, weir, toolkit, folder)
        if toolkit:
            compare_served(report, weir, toolkit, folder, clients)
    print(f"1..{report.count}")
    sys.exit(report.failures > 0)


if __name__ == "__main__":
    main()
