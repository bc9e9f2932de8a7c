# SPDX-License-Identifier: Apache-2.0
"""A MariaDB with the user of packaging/together/mysqld.cnf."""

import contextlib
import re
import shutil
import subprocess

import services

PORT = 3306


def is_installed():
    return shutil.which("mariadbd") is not None and shutil.which("mariadb-install-db") is not None


def user_statements():
    """As the file itself says that the user is made."""
    text = (services.TOGETHER / "mysqld.cnf").read_text(encoding="utf-8")
    return " ".join(re.findall(r"^# +((?:CREATE|GRANT) .*)$", text, re.MULTILINE))


def ask(socket, statements):
    return subprocess.run(["mariadb", "--no-defaults", f"--socket={socket}", "--user=root", "-e", statements], capture_output=True, text=True, check=False)


@contextlib.contextmanager
def running(address, folder):
    data, socket = folder / "mariadb", folder / "mariadb.sock"
    subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--user=root", "--auth-root-authentication-method=normal",
                    "--skip-test-db"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", f"--bind-address={address}", f"--port={PORT}", "--user=root"]
    with services.Service(command, folder / "mariadb.log", is_ready=lambda: ask(socket, "SELECT 1").returncode == 0):
        made = ask(socket, user_statements())
        assert made.returncode == 0, made.stderr
        yield
