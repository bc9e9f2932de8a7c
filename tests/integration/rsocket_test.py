#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications with a Prometheus RSocket client: what scrapes show of them, pushes, deadlines, limits; weir as one of them."""

import concurrent.futures
import contextlib
import pathlib
import socket
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import ledger  # noqa: E402
import rsocket_peer as rsocket  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 20
ANSWERS = "weir_ledger_rsocket_answers_total"
PUSHES = "weir_ledger_rsocket_pushes_total"
CLOSED = 'weir_rsocket_connections_closed_total{reason="%s"}'
REFUSED = 'weir_rsocket_connections_refused_total{reason="%s"}'
SETUP_BYTES = 3 + len(rsocket.setup())
UP = b"# HELP up Whether.\n# TYPE up gauge\n"


def page_of(name):
    return UP + b'up{app="%s"} 1\n' % name.encode()


class RsocketDaemon(running_daemon.RunningDaemon):
    def __init__(self, *flags, key="plaintext"):
        super().__init__(tap.weir(), ["--rsocket.listen-tcp=127.0.0.1:0", "--rsocket.listen-websocket=127.0.0.1:0", f"--rsocket.key={key}", *flags])
        self.pool = concurrent.futures.ThreadPoolExecutor(9)

    def _learn_ports(self):
        super()._learn_ports()
        message = "Accepting RSocket Connections"
        self.wait_for_log(message)
        listening = self._logged(message)
        self.rsocket_port = self._port(listening["tcp"])
        self.websocket_port = self._port(listening["websocket"])

    def get(self, path="/metrics/connected", seconds=None):
        """(body, headers)"""
        headers = {} if seconds is None else {"X-Prometheus-Scrape-Timeout-Seconds": str(seconds)}
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
            return answer.read(), answer.headers

    def app(self, page=b"", **options):
        return rsocket.Application(self.rsocket_port, page, **options)

    def scraped(self, *apps, seconds=None):
        """The page of a scrape that these applications answer."""
        scrape = self.pool.submit(self.get, seconds=seconds)
        for app in apps:
            app.answer()
        return scrape.result()[0]

    def shows(self, *apps):
        return self.scraped(*apps).decode()

    def outcomes(self, family):
        return ledger.outcomes(exposition.self_values(self.scrape()), family)


class ApplicationDaemon(running_daemon.RunningDaemon):
    def __init__(self, url):
        super().__init__(tap.weir(), [f"--rsocket.proxy-url={url}"])

    def send_udp(self, line):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(line.encode(), ("127.0.0.1", self.udp_port))
        self.lines_sent = getattr(self, "lines_sent", 0) + 1
        self.wait_for_self_value("statsd_exporter_lines_total", self.lines_sent)


class Scrapes(unittest.TestCase):
    def test_ask_every_application(self):
        with RsocketDaemon(key="rsa") as daemon, daemon.app(page_of("b")) as first, daemon.app(page_of("a")) as second:
            self.assertNotEqual(first.key, rsocket.PLAINTEXT)
            page = daemon.shows(first, second)
            self.assertEqual(sorted(page.splitlines()), ["# HELP up Whether.", "# TYPE up gauge", 'up{app="a"} 1', 'up{app="b"} 1'])
            self.assertEqual(daemon.outcomes(ANSWERS), {"shown": 2})
            self.assertEqual(daemon.self_value("weir_rsocket_connections"), 2)
            self.assertIn('prometheus_proxy_scrape_seconds_count{exception="none",outcome="success"} 2', daemon.get("/metrics/proxy")[0].decode())

    def test_show_no_series_twice(self):
        with RsocketDaemon() as daemon, daemon.app(page_of("a")) as first, daemon.app(page_of("a")) as second:
            self.assertEqual(daemon.shows(first, second).count("up{"), 1)
            self.assertEqual(daemon.self_value('weir_rsocket_series_left_out_total{reason="duplicate"}'), 1)

    def test_show_pages_one_after_another_without_merging(self):
        with RsocketDaemon("--no-rsocket.merge") as daemon, daemon.app(page_of("a") + b"odd") as first, daemon.app(page_of("a")) as second:
            page = daemon.shows(first, second)
            self.assertEqual(sorted(page.splitlines()), sorted((page_of("a") * 2 + b"odd").decode().splitlines()))

    def test_show_nothing_where_nothing_is_connected(self):
        with RsocketDaemon() as daemon:
            body, headers = daemon.get()
            self.assertEqual(body, b"")
            self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")

    def test_may_be_several_at_once(self):
        with RsocketDaemon() as daemon, daemon.app(page_of("a")) as app:
            scrapes = [daemon.pool.submit(daemon.get) for _ in range(3)]
            requests = [app.wire.receive() for _ in scrapes]
            for request in reversed(requests):
                app.wire.send(rsocket.payload(rsocket.PAYLOAD, request.stream, app.page, rsocket.PLAINTEXT, rsocket.NEXT | rsocket.COMPLETE))
            self.assertEqual({scrape.result()[0] for scrape in scrapes}, {page_of("a")})

    def test_take_answers_in_fragments(self):
        with RsocketDaemon() as daemon, daemon.app() as app:
            scrape = daemon.pool.submit(daemon.get)
            stream = app.wire.receive().stream
            app.wire.send(rsocket.payload(rsocket.PAYLOAD, stream, UP, rsocket.PLAINTEXT, rsocket.NEXT | rsocket.FOLLOWS),
                          rsocket.payload(rsocket.PAYLOAD, stream, b"up 1\n", None, rsocket.NEXT | rsocket.COMPLETE))
            self.assertEqual(scrape.result()[0], UP + b"up 1\n")

    def test_reach_applications_on_websockets(self):
        page = UP + b"".join(b'up{number="%d"} 1\n' % i for i in range(6000))
        with RsocketDaemon(key="rsa") as daemon, rsocket.Application(daemon.websocket_port, page, rsocket.WebSocketWire) as app:
            self.assertEqual(daemon.scraped(app), page)
            self.assertEqual(app.push(page_of("a")).kind, rsocket.PAYLOAD)
            self.assertEqual(daemon.get()[0], page_of("a"))


class Deadline(unittest.TestCase):
    def test_is_that_of_the_scraper(self):
        with RsocketDaemon() as daemon, daemon.app(page_of("a")) as app, daemon.app() as silent:
            begun = time.monotonic()
            self.assertEqual(daemon.scraped(app, seconds=1.5), page_of("a"))
            self.assertLess(time.monotonic() - begun, 1.5)
            request = silent.wire.receive()
            cancelled = silent.wire.receive()
            self.assertEqual((cancelled.kind, cancelled.stream), (rsocket.CANCEL, request.stream))
            self.assertEqual(daemon.outcomes(ANSWERS), {"shown": 1, "timeout": 1})

    def test_is_no_later_than_the_flag_says(self):
        with RsocketDaemon("--rsocket.scrape-timeout=100ms") as daemon, daemon.app() as silent:
            begun = time.monotonic()
            for _ in range(3):
                daemon.get(seconds=10)
            self.assertLess(time.monotonic() - begun, 5)
            self.assertTrue(silent.wire.is_closed())
            daemon.wait_for_self_value(CLOSED % "unanswered", 1)

    def test_does_not_wait_for_one_that_goes(self):
        with RsocketDaemon() as daemon, daemon.app() as app:
            scrape = daemon.pool.submit(daemon.get)
            app.wire.receive()
            app.close()
            self.assertEqual(scrape.result()[0], b"")
            self.assertEqual(daemon.outcomes(ANSWERS), {"closed": 1})


class Pushes(unittest.TestCase):
    def test_are_shown_in_two_scrapes(self):
        with RsocketDaemon(key="rsa") as daemon:
            with daemon.app() as app:
                acknowledged = app.push(page_of("gone"))
                self.assertEqual((acknowledged.kind, acknowledged.flags, acknowledged.body), (rsocket.PAYLOAD, rsocket.NEXT | rsocket.COMPLETE, b""))
            self.assertEqual([daemon.get()[0] for _ in range(3)], [page_of("gone"), page_of("gone"), b""])
            self.assertEqual(daemon.outcomes(PUSHES), {"shown": 1})

    def test_without_an_answer_are_kept_too(self):
        with RsocketDaemon() as daemon, daemon.app() as app:
            app.wire.send(rsocket.payload(rsocket.REQUEST_FNF, 1, page_of("gone"), rsocket.PLAINTEXT))
            daemon.wait_for_self_value("weir_rsocket_pushes_kept", 1)
            self.assertEqual(daemon.get()[0], page_of("gone"))

    def test_take_the_place_of_answers_while_they_are_shown(self):
        with RsocketDaemon("--rsocket.push-scrapes=1") as daemon, daemon.app(page_of("alive")) as app:
            app.push(page_of("last"), 1)
            app.push(page_of("gone"), 3)
            self.assertEqual(daemon.get()[0], page_of("gone"))
            self.assertEqual(daemon.scraped(app), page_of("alive"))
            self.assertEqual(daemon.outcomes(PUSHES), {"replaced": 1, "shown": 1})

    def test_are_shown_for_a_time(self):
        with RsocketDaemon("--rsocket.push-scrapes=0", "--rsocket.push-time=1500ms") as daemon, daemon.app() as app:
            app.push(page_of("gone"))
            for _ in range(3):
                self.assertEqual(daemon.get()[0], page_of("gone"))
            kept = "weir_rsocket_pushes_kept"
            running_daemon.wait_until(lambda: daemon.self_value(kept) == 0, SECONDS_MAX, "its end")
            app.close()
            self.assertEqual(daemon.get()[0], b"")

    def test_are_refused_when_an_application_sends_too_many(self):
        with RsocketDaemon() as daemon, daemon.app() as app:
            kinds = [app.push(page_of("gone"), 2 * i + 1).kind for i in range(20)]
            self.assertEqual(kinds[:4], [rsocket.PAYLOAD] * 4)
            refused = kinds.count(rsocket.ERROR)
            self.assertGreater(refused, 10)
            self.assertEqual(daemon.outcomes(PUSHES), {"busy": refused, "replaced": 19 - refused})


class BadPages(unittest.TestCase):
    def test_are_left_out_and_their_connections_stay(self):
        with RsocketDaemon("--limits.rsocket-page-bytes=1KiB", key="rsa") as daemon, daemon.app() as bad, daemon.app(page_of("a")) as good:
            for sealed in (rsocket.seal(bad.key, b"up one\n"), rsocket.seal(bad.key, b"x" * 1025), (b"k" * 256, b"d" * 16), (b"", b""), (None, b"up 1\n")):
                scrape = daemon.pool.submit(daemon.get)
                bad.answer(sealed)
                good.answer()
                self.assertEqual(scrape.result()[0], page_of("a"))
            scrape = daemon.pool.submit(daemon.get)
            bad.wire.send(rsocket.frame(rsocket.ERROR, bad.wire.receive().stream, 0, b"\0\0\2\1out of order"))
            good.answer()
            self.assertEqual(scrape.result()[0], page_of("a"))
            self.assertEqual(daemon.outcomes(ANSWERS), {"bad_page": 1, "bad_payload": 3, "error": 1, "shown": 6, "too_large": 1})
            self.assertEqual(daemon.self_value("weir_rsocket_connections"), 2)


    def test_that_are_packed_tightly_are_bounded_too(self):
        for flags, outcome in ((["--limits.rsocket-page-bytes=100KiB"], "too_large"), (["--limits.rsocket-bytes=100KiB", "--no-rsocket.merge"], "memory")):
            with self.subTest(outcome), RsocketDaemon(*flags, key="rsa") as daemon, daemon.app() as app:
                scrape = daemon.pool.submit(daemon.get)
                app.answer(rsocket.seal(app.key, None, rsocket.pack_repeated(b"# nothing to see\n", 10_000)))
                self.assertEqual(scrape.result()[0], b"")
                self.assertEqual(daemon.outcomes(ANSWERS), {outcome: 1})
                self.assertEqual(daemon.self_value("weir_rsocket_memory_bytes"), 0)


class Connections(unittest.TestCase):
    def test_are_refused_with_a_reason(self):
        with RsocketDaemon() as daemon:
            for first in (rsocket.setup(flags=0x80), rsocket.setup(flags=0x40), rsocket.setup(version=2), rsocket.frame(rsocket.RESUME)):
                wire = rsocket.Wire(socket.create_connection(("127.0.0.1", daemon.rsocket_port)))
                wire.send(first)
                self.assertEqual(wire.receive().kind, rsocket.ERROR)
                self.assertTrue(wire.is_closed())
                wire.close()
            daemon.wait_for_self_value(CLOSED % "protocol", 4)

    def test_end_when_nothing_comes_for_their_lifetime(self):
        with RsocketDaemon() as daemon, daemon.app(keepalive=100, lifetime=200) as app:
            code, text = app.wire.receive().error
            self.assertEqual((code, text), (0x101, "no keep-alive acks"))
            self.assertTrue(app.wire.is_closed())
            daemon.wait_for_self_value(CLOSED % "silent", 1)

    def test_end_with_a_frame_that_is_too_long(self):
        with RsocketDaemon("--limits.rsocket-frame-bytes=2KiB") as daemon, daemon.app() as app:
            app.wire.send(rsocket.payload(rsocket.REQUEST_FNF, 1, b"x" * 3000, rsocket.PLAINTEXT))
            self.assertTrue(app.wire.is_closed())
            daemon.wait_for_self_value(CLOSED % "too_large", 1)

    def test_end_when_memory_is_used_up(self):
        with RsocketDaemon("--limits.rsocket-bytes=100KiB") as daemon, daemon.app() as app, daemon.app(page_of("a")) as other:
            with contextlib.suppress(ConnectionError):
                app.wire.socket.sendall((1 << 20).to_bytes(3, "big") + b"x" * 200_000)
            self.assertTrue(app.wire.is_closed())
            daemon.wait_for_self_value(CLOSED % "memory", 1)
            self.assertEqual(daemon.scraped(other), page_of("a"))

    def test_are_no_more_than_allowed(self):
        with RsocketDaemon("--limits.rsocket-connections=1") as daemon, daemon.app():
            with socket.create_connection(("127.0.0.1", daemon.rsocket_port), timeout=SECONDS_MAX) as refused:
                self.assertEqual(refused.recv(1), b"")
            self.assertEqual(daemon.self_value(REFUSED % "too_many"), 1)

    def test_are_for_networks_that_may_send(self):
        with RsocketDaemon("--statsd.allow-from=10.0.0.0/8") as daemon:
            with socket.create_connection(("127.0.0.1", daemon.rsocket_port), timeout=SECONDS_MAX) as refused:
                self.assertEqual(refused.recv(1), b"")
            self.assertEqual(daemon.self_value(REFUSED % "refused_sender"), 1)

    def test_end_with_the_daemon(self):
        with RsocketDaemon() as daemon:
            app = daemon.app()
        self.assertTrue(app.wire.is_closed())
        app.close()


class AsApplication(unittest.TestCase):
    """weir connects to another proxy."""

    def test_is_scraped_by_it_and_pushes_at_the_end(self):
        for scheme in ("tcp", "ws"):
            with self.subTest(scheme), RsocketDaemon(key="rsa") as proxy:
                port = proxy.rsocket_port if scheme == "tcp" else proxy.websocket_port
                with ApplicationDaemon(f"{scheme}://localhost:{port}") as daemon:
                    daemon.wait_for_self_value("weir_rsocket_proxy_connected", 1)
                    daemon.send_udp("jobs.done:3|c")
                    self.assertIn("jobs_done 3", proxy.get()[0].decode())
                    daemon.send_udp("jobs.done:1|c")
                self.assertIn("jobs_done 4", proxy.get()[0].decode())

    def test_says_what_it_is_and_what_it_cannot_do(self):
        with rsocket.Proxy() as proxy, ApplicationDaemon(f"tcp://127.0.0.1:{proxy.port}") as daemon, self_page.Watch(daemon) as watch:
            first = proxy.accept()
            self.assertEqual(rsocket.frame(first.kind, first.stream, first.flags, first.body), rsocket.setup())
            daemon.wait_for_self_value("weir_rsocket_proxy_connected", 1)
            with watch.moves({'weir_rsocket_proxy_answers_total{outcome="sent"}': 1}):
                answer = proxy.ask(4)
                self.assertEqual((answer.kind, answer.metadata), (rsocket.PAYLOAD, rsocket.PLAINTEXT))
                self.assertIn(b"weir_rsocket_proxy_connected 1\n", answer.data)
            with watch.moves({'weir_rsocket_proxy_answers_total{outcome="failed"}': 1}):
                self.assertEqual(proxy.ask(6, b"no key").error[0], 0x201)
            refused = proxy.wire.send(rsocket.frame(rsocket.REQUEST_STREAM, 8, 0, b"\0\0\0\1")) or proxy.wire.receive()
            self.assertEqual((refused.kind, refused.stream), (rsocket.ERROR, 8))

    def test_waits_for_its_last_page_to_be_taken(self):
        with rsocket.Proxy() as proxy, ApplicationDaemon(f"tcp://127.0.0.1:{proxy.port}") as daemon:
            proxy.accept()
            proxy.ask(4)
            daemon.send_udp("late:1|c")
            daemon.process.terminate()
            push = proxy.wire.receive()
            self.assertEqual((push.kind, push.stream), (rsocket.REQUEST_RESPONSE, 1))
            self.assertIn(b"late 1\n", push.data)
            self.assertIsNone(daemon.process.poll())
            proxy.wire.send(rsocket.frame(rsocket.PAYLOAD, 1, rsocket.NEXT | rsocket.COMPLETE))
            self.assertTrue(proxy.wire.is_closed())
            daemon.process.wait(SECONDS_MAX)
        self.assertNotIn("has not taken", daemon.log())

    def test_connects_again(self):
        port = running_daemon.free_port()
        with ApplicationDaemon(f"tcp://127.0.0.1:{port}") as daemon:
            daemon.wait_for_self_value('weir_rsocket_proxy_connects_total{outcome="failed"}', 1)
            daemon.wait_for_log("Cannot connect to the RSocket proxy")
            with rsocket.Proxy(port) as proxy:
                for _ in range(2):
                    proxy.accept()
                    self.assertEqual(proxy.ask(4).kind, rsocket.PAYLOAD)
                    proxy.hang_up()
            self.assertEqual(daemon.self_value('weir_rsocket_proxy_connects_total{outcome="connected"}'), 2)

    def test_needs_an_address(self):
        for url in ("localhost:7001", "http://localhost:7001", "tcp://localhost", "tcp://:7001", "tcp://localhost:7001/path"):
            with self.subTest(url), self.assertRaises(running_daemon.DaemonError) as failed, ApplicationDaemon(url):
                pass
            self.assertIn("flag=--rsocket.proxy-url", str(failed.exception))


class Metrics(unittest.TestCase):
    def test_move_with_what_applications_do(self):
        with RsocketDaemon() as daemon, self_page.Watch(daemon) as watch:
            open_one = {"process_open_fds": 1, "weir_rsocket_connections": 1, "weir_rsocket_connections_total": 1, "weir_rsocket_bytes_total": SETUP_BYTES}
            with watch.moves(open_one):
                app = daemon.app(page_of("a"))
            push = 3 + 6 + 3 + len(rsocket.PLAINTEXT) + len(app.page)
            with watch.moves({"weir_rsocket_pushes_received_total": 1, "weir_rsocket_pushes_kept": 1, "weir_rsocket_bytes_total": push,
                              "weir_rsocket_memory_bytes": self_page.Between(len(app.page), 5000)}):
                app.push(app.page)
            with watch.moves(open_one):
                other = daemon.app(app.page)
            with watch.moves({'weir_rsocket_series_left_out_total{reason="duplicate"}': 1, "weir_rsocket_bytes_total": push}):
                daemon.scraped(other)
            with watch.moves({"process_open_fds": -2, "weir_rsocket_connections": -2, CLOSED % "closed": 2}):
                app.close()
                other.close()

    def test_move_with_scrapes_that_are_too_many(self):
        with RsocketDaemon("--rsocket.scrape-timeout=1s") as daemon, self_page.Watch(daemon) as watch, daemon.app(page_of("a")):
            scrapes = [daemon.pool.submit(daemon.get) for _ in range(9)]
            refused = [scrape.exception() for scrape in scrapes if scrape.exception()]
            self.assertEqual([error.code for error in refused], [503])
            self.assertEqual(watch.values()["weir_rsocket_scrapes_refused_total"], 1)


if __name__ == "__main__":
    tap.main()
