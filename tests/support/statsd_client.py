# SPDX-License-Identifier: Apache-2.0
"""Sends StatsD lines as bytes, one line a datagram or all lines down one connection."""

import socket


def send_udp(port, lines):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for line in lines:
            udp.sendto(line, ("127.0.0.1", port))


def send_tcp(port, lines):
    with socket.create_connection(("127.0.0.1", port)) as tcp:
        tcp.sendall(b"".join(line + b"\n" for line in lines))
