#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The cases of run_systemd.py, run as root inside of the container. Prints TAP, and before each verdict what systemd said."""

import contextlib
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import held_thread  # noqa: E402
from guest_tools import (  # noqa: E402
    BROKEN, DROP_IN, EXPOSURE_MAX, MAPPING, RELAY_PORT, RULE, SECONDS_MAX, SOCKETS, SOCKET_DROP_IN, drop_in, fetch, flags,
    restarts_under_load, run, send, show_journal, shown, states, succeed, value, wait_until, weir,
)


def case_verify():
    text = succeed("systemd-analyze", "verify", "weir.service", "weir.socket", "weir-http.socket")
    assert text == "", text


def case_security():
    with weir():
        text = succeed("systemd-analyze", "security", "weir.service", "--no-pager")
    exposure = float(re.search(r"exposure level for weir.service: (\S+)", text).group(1))
    assert exposure <= EXPOSURE_MAX, exposure


def case_enable_start_send():
    with weir():
        succeed("systemctl", "enable", *SOCKETS, "weir.service")
        assert shown("weir.service", "ActiveState") == "active"
        assert shown("weir.service", "StatusText") == "ready", shown("weir.service", "StatusText")
        assert fetch("/-/ready") == (200, "Statsd Exporter is Ready.\n")
        send(b"a.x:1|c", b"nonsense")
        with socket.create_connection(("127.0.0.1", 9125)) as client:
            client.sendall(b"a.y:2|c\n")
        wait_until(lambda: value("first") == 3, "3")
        wait_until(lambda: "series" in shown("weir.service", "StatusText"), "status")
        text = run("systemctl", "status", "--no-pager", "weir.service")[1]
        assert re.search(r'Status: "1 series, \d+ lines/s, lost: 0 datagrams, 1 line, 0 samples"', text)
        succeed("systemctl", "disable", *SOCKETS, "weir.service")


def case_starts_by_a_datagram():
    with weir():
        succeed("systemctl", "stop", "weir.service")
        send(b"a.x:7|c")
        wait_until(lambda: value("first") == 7, "7")
        assert shown("weir.service", "ActiveState") == "active"


def case_reload():
    with weir():
        since = time.time()
        MAPPING.write_text(RULE % "second")
        succeed("systemctl", "reload", "weir.service")
        send(b"a.x:1|c")
        wait_until(lambda: value("second") == 1, "the new rules")
        MAPPING.write_text(BROKEN)
        code, _ = run("systemctl", "reload", "weir.service")
        assert code != 0
        show_journal(since, r"mapping.yml:3:3: ")
        assert "could not be reloaded" in shown("weir.service", "StatusText")
        assert shown("weir.service", "ActiveState") == "active"
        send(b"a.x:1|c")
        wait_until(lambda: value("second") == 2, "the rules before")
        MAPPING.write_text(RULE % "third")
        succeed("systemctl", "reload", "weir.service")


def case_restart_under_load():
    with weir(flags(f"--statsd.relay.address=127.0.0.1:{RELAY_PORT}")):
        pids = {shown("weir.service", "MainPID")}

        def restart():
            subprocess.run(["systemctl", "restart", "weir.service"], check=True)
            pids.add(shown("weir.service", "MainPID"))
            assert fetch("/-/ready")[0] == 200

        sent, relayed = restarts_under_load(restart, 8)
        drops = value("weir_udp_kernel_drops_total")
        counted = value("load")
        print(f"#   8 restarts, {len(pids)} processes: sent {sent} datagrams, {relayed} relayed, {counted:g} counted, {drops:g} dropped by the kernel")
        assert len(pids) == 9 and relayed == sent and counted == sent


def case_restart_under_load_without_the_sockets_loses_some():
    """So the case before counts what it says."""
    with weir(flags(f"--statsd.relay.address=127.0.0.1:{RELAY_PORT}"), sockets=()):
        sent, relayed = restarts_under_load(lambda: subprocess.run(["systemctl", "restart", "weir.service"], check=True), 4)
        print(f"#   4 restarts: sent {sent} datagrams, {relayed} taken in")
        assert 0 < relayed < sent


def case_scrape_during_a_restart_waits():
    with weir():
        failures, is_over = [], threading.Event()

        def scrape():
            while not is_over.is_set():
                try:
                    if fetch("/metrics")[0] != 200:
                        failures.append("status")
                except OSError as error:
                    failures.append(str(error))

        scraper = threading.Thread(target=scrape)
        scraper.start()
        for _ in range(5):
            subprocess.run(["systemctl", "restart", "weir.service"], check=True)
        is_over.set()
        scraper.join()
        print(f"#   5 restarts: {len(failures)} scrapes failed {failures[:3]}")
        # A connection that is accepted just when the server ends is closed; none is refused.
        assert not any("refused" in failure for failure in failures), failures


def wait_for_watchdog(before, reap=None):
    """Until systemd has started another process in the place of the one before."""
    since = time.time()

    def is_replaced():
        if reap:
            with contextlib.suppress(OSError):
                os.waitpid(reap, held_thread.WAIT_ALL | os.WNOHANG)
        return shown("weir.service", "MainPID") not in ("0", before) and shown("weir.service", "ActiveState") == "active"

    wait_until(is_replaced, "another process")
    print(f"#   another process after {time.time() - since:.1f} s, restarts: {shown('weir.service', 'NRestarts')}")


def case_watchdog_kills_a_stuck_worker():
    with weir(flags("--statsd.workers=2") + "WatchdogSec=2s\n", socket_text="[Socket]\nReusePort=yes\nListenDatagram=9125\nListenStream=9125\n"):
        since, before = time.time(), shown("weir.service", "MainPID")
        time.sleep(5)
        assert shown("weir.service", "MainPID") == before, "it was killed though nothing was stuck"
        worker = held_thread.threads_named(int(before), "weir-worker")[1]
        with held_thread.held(worker):
            wait_for_watchdog(before, worker)
        show_journal(since, r"[Ww]atchdog|makes? no progress|made no progress")
        send(b"a.x:1|c")
        wait_until(lambda: value("first") == 1, "1")


def case_watchdog_kills_a_stopped_process():
    with weir("[Service]\nWatchdogSec=2s\n"):
        since, before = time.time(), shown("weir.service", "MainPID")
        os.kill(int(before), signal.SIGSTOP)
        wait_until(lambda: states(before) == {"T"}, "all threads to be stopped")
        send(b"a.x:5|c")
        wait_for_watchdog(before)
        show_journal(since, r"[Ww]atchdog")
        # What came meanwhile was in the socket.
        wait_until(lambda: value("first") == 5, "5")


def case_crash_keeps_what_comes():
    with weir():
        before = shown("weir.service", "MainPID")
        os.kill(int(before), signal.SIGKILL)
        wait_until(lambda: states(before) <= {"Z", "X"}, "its end")
        send(*[b"a.x:1|c"] * 50)
        wait_until(lambda: value("first") == 50, "50")
        assert shown("weir.service", "MainPID") != before


def case_workers_have_a_socket_each():
    with weir(flags("--statsd.workers=2"), socket_text="[Socket]\nReusePort=yes\nListenDatagram=9125\nListenStream=9125\n"):
        for _ in range(200):
            send(b"a.x:1|c")
        wait_until(lambda: value("first") == 200, "200")
        assert "fewer sockets" not in subprocess.run(["journalctl", "-q", "-b", "-u", "weir", "-o", "cat"], capture_output=True, text=True, check=True).stdout


def case_credentials():
    secret = pathlib.Path("/etc/weir-secret.yml")
    secret.write_text(RULE % "secret")
    secret.chmod(0o600)
    text = ("[Service]\nLoadCredential=secret.yml:/etc/weir-secret.yml\nExecStart=\n"
            "ExecStart=/usr/local/bin/weir --statsd.mapping-config=${CREDENTIALS_DIRECTORY}/secret.yml\n")
    with weir(text):
        send(b"a.x:1|c")
        wait_until(lambda: value("secret") == 1, "the rules of the credential")
        folder = pathlib.Path("/run/credentials/weir.service")
        state = (folder / "secret.yml").stat()
        print(f"#   {folder}/secret.yml: mode {state.st_mode & 0o777:o}, the process runs as {shown('weir.service', 'UID')}")
        succeed("systemctl", "reload", "weir.service")


def case_key_of_tls_is_a_credential():
    key = pathlib.Path("/trial/weir.key")
    assert key.stat().st_mode & 0o777 == 0o600
    pathlib.Path("/etc/weir").mkdir(exist_ok=True)
    pathlib.Path("/etc/weir/web.yml").write_text(
        "tls_server_config:\n  cert_file: /trial/weir.pem\n  key_file: /run/credentials/weir.service/tls.key\n")
    with weir(flags("--web.config.file=/etc/weir/web.yml") + f"LoadCredential=tls.key:{key}\n"):
        trusted = ssl.create_default_context(cafile="/trial/ca.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", 9102, context=trusted, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request("GET", "/-/ready")
            answer = connection.getresponse()
            print(f"#   over {connection.sock.version()}: {answer.status}, the process runs as {shown('weir.service', 'UID')}")
            assert answer.status == 200


def case_wrong_file_at_the_start():
    MAPPING.parent.mkdir(exist_ok=True)
    MAPPING.write_text(BROKEN)
    drop_in(DROP_IN, "")
    drop_in(SOCKET_DROP_IN, "")
    succeed("systemctl", "daemon-reload")
    since = time.time()
    succeed("systemctl", "start", *SOCKETS)
    code, _ = run("systemctl", "start", "weir.service")
    assert code != 0
    show_journal(since, r"mapping.yml:3:3: ")
    send(b"a.x:1|c")
    MAPPING.write_text(RULE % "repaired")
    wait_until(lambda: value("repaired") == 1, "a start by itself once the file is good")
    subprocess.run(["systemctl", "stop", *SOCKETS, "weir.service"], check=True)


def case_wrong_socket_name():
    drop_in(SOCKET_DROP_IN, "[Socket]\nFileDescriptorName=weir\n")
    drop_in(DROP_IN, "[Unit]\nStartLimitIntervalSec=10\nStartLimitBurst=1\n[Service]\nRestart=no\n")
    succeed("systemctl", "daemon-reload")
    since = time.time()
    run("systemctl", "start", "weir.socket", "weir.service")
    show_journal(since, r"named 'weir', has another name than udp")
    subprocess.run(["systemctl", "stop", "weir.socket", "weir.service"], check=True)


def case_type_simple():
    with weir("[Service]\nType=simple\nWatchdogSec=0\nExecReload=\nExecReload=/bin/sh -c 'kill -HUP $$MAINPID'\n", sockets=()):
        wait_until(lambda: fetch("/-/ready")[0] == 200, "ready")
        send(b"a.x:1|c")
        wait_until(lambda: value("first") == 1, "1")
        assert shown("weir.service", "StatusText") == ""
        MAPPING.write_text(RULE % "second")
        succeed("systemctl", "reload", "weir.service")
        wait_until(lambda: value('statsd_exporter_config_reloads_total{outcome="success"}') == 1, "a reload")
        assert list(pathlib.Path("/run/weir/").iterdir()) == []


def main():
    cases = [(name.removeprefix("case_"), function) for name, function in globals().items() if name.startswith("case_")]
    chosen = [case for case in cases if not sys.argv[1:] or any(part in case[0] for part in sys.argv[1:])]
    print(f"# {subprocess.run(['systemctl', '--version'], capture_output=True, text=True, check=True).stdout.splitlines()[0]}")
    failed = 0
    for number, (name, function) in enumerate(chosen, 1):
        try:
            function()
            print(f"ok {number} - {name}")
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"#   {type(error).__name__}: {error}")
            for line in subprocess.run(["journalctl", "-q", "-n", "15", "-o", "cat", "-u", "weir*"], capture_output=True, text=True, check=False).stdout.splitlines():
                print("#   journal: " + line)
            print(f"not ok {number} - {name}")
        shutil.rmtree(DROP_IN.parent, ignore_errors=True)
        shutil.rmtree(SOCKET_DROP_IN.parent, ignore_errors=True)
    print(f"1..{len(chosen)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
