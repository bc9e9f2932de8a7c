# SPDX-License-Identifier: Apache-2.0
"""What both programs answer over HTTP (behaviour http.*): every path with every method, negotiation, paths that are cleaned, broken requests."""

import concurrent.futures
import contextlib
import gzip
import http.client
import io
import itertools
import re
import socket

import exposition
import http_requests
import pair
import protobuf_page
import recorded
import zstd_command

SILENCE_SECONDS = 1.0
# They mostly wait for that silence.
RAW_AT_ONCE = 8
SOME_BYTES = 65536
NOT_FOUND = 404
SKIPPED_HEADERS = ("date",)
# What Go tells of itself is nobody else's.
DEBUG = re.compile(r"/debug/(pprof|requests|events|vars$)")
# By what `Content-Encoding` says.
DECODERS = {"gzip": gzip.decompress, "zstd": zstd_command.decompress}
# Its body is no interface.
LANDING = "text/html; charset=UTF-8"


class Answer:
    """A response, with what differs from run to run taken out."""

    def __init__(self, status, headers, body, families=None):
        self.status = status
        # Of a page whose body was not recorded.
        self.families = families
        self.headers = {name.lower(): value for name, value in headers if name.lower() not in SKIPPED_HEADERS}
        self.body = body
        self.framing = "chunked" if "transfer-encoding" in self.headers else "length" if "content-length" in self.headers else "none"

    def is_page(self):
        return "escaping=" in self.headers.get("content-type", "")

    def compared_headers(self):
        """Lengths of pages and landing pages are their own."""
        if self.is_page() or self.headers.get("content-type") == LANDING:
            own = {name: value for name, value in self.headers.items() if name not in ("content-length", "transfer-encoding")}
            return own | {"framing": self.framing}
        return self.headers

    def content(self):
        return DECODERS.get(self.headers.get("content-encoding"), bytes)(self.body)


def user_families(answer):
    """Comparable: those of StatsD, as they are written."""
    if answer.families is not None:
        return answer.families
    kind = answer.headers["content-type"]
    if "delimited" in kind:
        families = protobuf_page.read_page(answer.content())
        own = exposition.Family("", "", "", [], {})
        return {name: family for name, family in families.items() if not own_family(own, name)}
    if kind.startswith("text/plain"):
        families = exposition.parse(answer.content().decode())
        return {name: family.lines for name, family in families.items() if not family.is_self_metric()}
    return "of another form"


def own_family(family, name):
    family.name = name
    return family.is_self_metric()


def ask(program, method, path, headers=None):
    asked = " ".join(["asked", method, path, *map(": ".join, (headers or {}).items())])
    return program.told(asked, lambda: fetch(program, method, path, headers), store=store_status if DEBUG.match(path) else store, load=load)


def fetch(program, method, path, headers):
    connection = http.client.HTTPConnection(pair.HOST, program.web_port, timeout=pair.HTTP_SECONDS_MAX)
    with contextlib.closing(connection):
        # Neither Host nor Accept-Encoding by itself, and no header is changed.
        connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())


def store_status(answer):
    return store(answer) if answer.status == NOT_FOUND else [answer.status, [], "", None]


def store(answer):
    """Of a page in another form than text, what is compared."""
    if answer.is_page() and answer.body and not answer.headers["content-type"].startswith("text/plain"):
        return [answer.status, list(answer.headers.items()), "a page", user_families(answer)]
    return [*recorded.store_answer(recorded.HttpAnswer(answer.status, list(answer.headers.items()), answer.body)), None]


def load(stored):
    *answer, families = stored
    status, headers, body = recorded.load_answer(answer)
    return Answer(status, headers, body, families)


def compare_answers(case, what, reference, weir):
    case.equal(f"{what} status", reference.status, weir.status)
    if reference.status != weir.status:
        return
    headers = reference.compared_headers(), weir.compared_headers()
    for name in sorted(headers[0].keys() | headers[1].keys()):
        case.equal(f"{what} {name}", *(some.get(name, "absent") for some in headers))
    if reference.is_page() and weir.is_page():
        if reference.body and weir.body and reference.headers["content-type"] == weir.headers["content-type"]:
            case.equal(f"{what} families", user_families(reference), user_families(weir))
        case.equal(f"{what} has a body", bool(reference.body), bool(weir.body))
    elif reference.headers.get("content-type") != LANDING:
        case.equal(f"{what} body", reference.body, weir.body)


def compare_requests(case, both, requests, headers=None):
    for method, path in requests:
        compare_answers(case, f"{method} {path}", *both.each(lambda program: ask(program, method, path, headers)))


def serving(context, *flags, mapping=None):
    return pair.Pair(context.binaries, flags, mapping=mapping)


def paths(context, name, requests, *flags):
    with context.report.case(f"http_answers: {name}") as case, serving(context, *flags) as both:
        both.send(http_requests.LINES)
        both.settle()
        compare_requests(case, both, requests)


def queries(context):
    with context.report.case("http_answers: queries") as case, serving(context) as both:
        both.send(http_requests.LINES)
        both.settle()
        compare_requests(case, both, [("GET", f"/metrics?{query}") for query in http_requests.QUERIES])


def negotiation(context, header, values, path="/metrics"):
    with context.report.case(f"http_answers: {header}") as case, serving(context) as both:
        both.send(http_requests.LINES)
        both.settle()
        for value in values:
            headers = {} if value is None else {header: value}
            compare_answers(case, f"{header} {value}", *both.each(lambda program: ask(program, "GET", path, headers)))


def scrapers(context):
    """The whole requests of Prometheus, compressed and not."""
    with context.report.case("http_answers: requests of Prometheus") as case, serving(context, mapping=http_requests.HISTOGRAMS) as both:
        both.send(http_requests.LINES)
        both.settle()
        for (name, accept), encoding in itertools.product(http_requests.SCRAPERS.items(), ("gzip", "identity")):
            headers = {"Accept": accept, "Accept-Encoding": encoding, **http_requests.SCRAPER_HEADERS}
            compare_answers(case, f"{name} {encoding}", *both.each(lambda program: ask(program, "GET", "/metrics", headers)))


def framing(context):
    """Short pages tell their length, long ones are chunked; both with gzip too, and for HEAD."""
    with context.report.case("http_answers: framing") as case, serving(context) as both:
        both.send(http_requests.LINES)
        both.settle()
        queries_of_lengths = ("", "?name[]=many", "?name[]=gauge", "?name[]=none")
        for query, encoding, method in itertools.product(queries_of_lengths, ("gzip", "identity"), ("GET", "HEAD")):
            path = "/metrics" + query
            headers = {"Accept-Encoding": encoding}
            compare_answers(case, f"{method} {path} {encoding}", *both.each(lambda program: ask(program, method, path, headers)))


def native_histograms(context):
    """They show in protobuf alone."""
    values = ["0", "1", "-1", "0.5", "1.5", "2", "3", "1e-30", "1e-40", "1e10", "1e300", "-7", "100", "100.1", "0.001"]
    rules = ("coarse", "few", "classic", "summary", "free")
    lines = "".join(f"{rule}.x:{value}|h\n{rule}.x:{value}|h|#tag:one\n" for value in values for rule in rules)
    specials = "".join(f"{rule}.special:{value}|h\n" for value in ("nan", "inf", "-inf", "1") for rule in rules)
    with context.report.case("http_answers: native histograms") as case, serving(context, mapping=http_requests.HISTOGRAMS) as both:
        for payload in (lines, lines, specials):
            both.send(payload.encode())
            both.settle()
            pages = both.each(lambda program: ask(program, "GET", "/metrics", {"Accept": http_requests.PROTOBUF}))
            case.equal("Content-Type", *(page.headers.get("content-type") for page in pages))
            if pages[0].headers.get("content-type") != pages[1].headers.get("content-type"):
                return
            compare_families(case, *map(user_families, pages))


def compare_families(case, reference, weir):
    case.equal("families", list(reference), list(weir))
    for name in reference.keys() & weir.keys():
        for field in reference[name].keys() | weir[name].keys():
            metrics = [family[name].get(field, []) for family in (reference, weir)]
            for place, values in enumerate(itertools.zip_longest(*metrics)):
                case.equal(f"{name} {field} {place}", *values)


def telemetry(context, path):
    flags = (f"--web.telemetry-path={path}",)
    with context.report.case(f"http_answers: telemetry path {path}") as case, serving(context, *flags) as both:
        ends = both.each(lambda program: "started" if program.alive() else f"exit {program.exit_code()}")
        case.equal("end", *ends)
        if ends == ("started", "started"):
            compare_requests(case, both, http_requests.TELEMETRY_REQUESTS)
            compare_requests(case, both, [("GET", "/m"), ("GET", "/metrics")], {"Host": "localhost"})


def received(program, name, payload):
    """(what came back, whether the connection was closed)"""
    return program.told(f"raw {name}", lambda: received_now(program, payload), store=store_received, load=load_received)


def store_received(came):
    data, state = came
    head, blank, body = re.sub(rb"(?<=\r\nDate: )[^\r]*", b"any", data).partition(b"\r\n\r\n")
    return [head.decode("latin-1"), blank.decode(), recorded.stored_text(body), state]


def load_received(stored):
    head, blank, text, state = stored
    return head.encode("latin-1") + blank.encode() + text.encode("utf-8", "surrogateescape"), state


def received_now(program, payload):
    chunks = []
    with socket.create_connection((pair.HOST, program.web_port)) as connection:
        connection.settimeout(SILENCE_SECONDS)
        try:
            connection.sendall(payload)
            while chunk := connection.recv(SOME_BYTES):
                chunks.append(chunk)
        except TimeoutError:
            return b"".join(chunks), "open"
        except OSError:
            pass
    return b"".join(chunks), "closed"


class Replay:
    """Stands for a socket that http.client reads from."""

    def __init__(self, data):
        self.file = io.BytesIO(data)

    def makefile(self, *_):
        return self.file


def answers_in(data, methods):
    """The responses, one after the other; methods are needed to know which have no body."""
    replay, found = Replay(data), []
    for method in methods:
        if replay.file.tell() == len(data):
            break
        # The response closes its file where there is no length.
        kept, replay.file = replay.file, io.BytesIO(data[replay.file.tell():])
        begin = kept.tell()
        response = http.client.HTTPResponse(replay, method=method)
        inner = replay.file
        inner.close = lambda: None
        try:
            response.begin()
            body = response.read()
        except http.client.HTTPException as fault:
            found.append(Answer(f"unreadable, {type(fault).__name__}", [], data[begin:]))
            break
        found.append(Answer(response.status, response.getheaders(), body))
        kept.seek(begin + inner.tell())
        replay.file = kept
    return found


def methods_of(payload):
    """Of the requests in it, bodies between them or not."""
    words = re.findall(rb"(?:^|\n|abc|hello)([^ \n]*) [^\n]* ?HTTP/", payload)
    return [word.decode("latin-1") for word in words] or ["GET"]


def raw(context, name, both):
    payload = http_requests.RAW[name]
    with context.report.case(f"http_answers: raw, {name}") as case:
        answers, states = zip(*both.each(lambda program: received(program, name, payload)))
        case.equal("connection", *states)
        reference, weir = (answers_in(data, methods_of(payload)) for data in answers)
        case.equal("number of answers", len(reference), len(weir))
        for place, (one, other) in enumerate(zip(reference, weir), 1):
            compare_answers(case, f"answer {place}", one, other)


def run(context):
    requests = list(itertools.product(http_requests.METHODS, http_requests.PATHS))
    cases = [
        lambda own: paths(own, "paths and methods", requests),
        lambda own: paths(own, "lifecycle paths", http_requests.LIFECYCLE_REQUESTS, "--web.enable-lifecycle"),
        queries, scrapers, framing, native_histograms,
        lambda own: negotiation(own, "Accept", http_requests.ACCEPTS),
        lambda own: negotiation(own, "Accept-Encoding", http_requests.ENCODINGS),
    ]
    cases += [lambda own, path=path: telemetry(own, path) for path in http_requests.TELEMETRY_PATHS]
    context.for_each(lambda one: one(context), cases)
    with serving(context) as both, concurrent.futures.ThreadPoolExecutor(RAW_AT_ONCE) as pool:
        for _ in pool.map(lambda name: raw(context, name, both), http_requests.RAW):
            pass
