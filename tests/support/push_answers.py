#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests to Pushgateway, and what Debian's prometheus-pushgateway 1.5.1 answered to them: push_answers.json.

    push_answers.py PORT                 asks the empty Pushgateway at that port and writes the file again
    push_answers.py --compare PORT PORT  asks two, and prints where they differ

To ask an empty one: prometheus-pushgateway --web.listen-address=127.0.0.1:PORT --persistence.file= --web.enable-admin-api

Times of pushes and the order of what Pushgateway keeps in hash tables are left out of what is compared.
"""

import argparse
import base64
import gzip
import http.client
import json
import pathlib
import re
import struct

FILE = pathlib.Path(__file__).resolve().with_suffix(".json")
SECONDS_MAX = 10
FIELDS = ("allow", "location", "content-type", "access-control-allow-origin")
PROTOBUF = {"Content-Type": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"}
# What the gateways themselves have on their pages.
OWN = re.compile(r"^(# (HELP|TYPE) )?(go_|process_|promhttp_|pushgateway_)")
HISTOGRAM = "# HELP h Times.\n# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 3\nh_sum 2.5\nh_count 3\n"
SUMMARY = "# TYPE s summary\ns{quantile=\"0.5\"} 1\ns{quantile=\"0.9\"} 2\ns_sum 30\ns_count 20\n"


def field(number, value):
    """One field of a protobuf message: a number, a double or what is in it."""
    if isinstance(value, float):
        return bytes([number << 3 | 1]) + struct.pack("<d", value)
    if isinstance(value, int):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(value)]) + value


def delimited(message):
    return bytes([len(message)]) + message


def label(name, value):
    return field(1, field(1, name) + field(2, value))


COUNTER = delimited(field(1, "pc") + field(2, "Pushed.") + field(3, 0) + field(4, label("a", "b") + field(3, field(1, 7.0))))
GAUGE = delimited(field(1, "pg") + field(3, 1) + field(4, field(2, field(1, -1.5))))
UNTYPED = delimited(field(1, "pu") + field(3, 3) + field(4, field(5, field(1, 2.0))))
OBSERVED = delimited(field(1, "ph") + field(3, 4) + field(4, field(7, field(1, 3) + field(2, 2.5) + field(3, field(1, 2) + field(2, 1.0))))) + \
    delimited(field(1, "ps") + field(3, 2) + field(4, field(4, field(1, 3) + field(2, 2.5) + field(3, field(1, 0.5) + field(2, 1.0)))))


def requests():
    """(method, path, body, header fields) in their order: each sees what those before it left."""
    put, post, delete, get = "PUT", "POST", "DELETE", "GET"
    job = "/metrics/job/"
    see = [(get, "/metrics", None), (get, "/api/v1/metrics", None)]
    rows = [
        (put, job + "x", "a 1\n"), (put, job + "x", "# HELP a Help.\n# TYPE a gauge\na{l=\"2\"} 2\na{l=\"1\"} 1e6\n"), *see,
        (post, job + "x", "b 1\n"), *see, (post, job + "x", ""), (put, job + "x", ""), *see,
        (put, job + "x", HISTOGRAM), (post, job + "x", SUMMARY), *see,
        (put, job + "x/instance/i", "# TYPE c counter\nc{instance=\"other\",job=\"other\",z=\"1\"} 3\n"), *see,
        # Types, duplicates, times, names with suffixes.
        (post, job + "y", "# TYPE c gauge\nc 1\n"), (post, job + "y", "d 1\nd 2\n"), (post, job + "y", "d{a=\"1\",b=\"2\"} 1\nd{b=\"2\",a=\"1\"} 2\n"),
        (post, job + "y", "d 1 5\n"), (post, job + "y", "h_count 1\n"), (post, job + "y", "s_sum 1\n"), *see,
        (put, job + "x", "e{instance=\"i\"} 1\n"), (put, job + "x/instance/i", "e 1\n"),
        # The text.
        (put, job + "t", "a 1"), (put, job + "t", "# comment"), (put, job + "t", "1a 1\n"), (put, job + "t", "a one\n"), (put, job + "t", "a\n"),
        (put, job + "t", "a 1 x\n"), (put, job + "t", "a 1 2 3\n"), (put, job + "t", "a{b=\"c\" 1\n"), (put, job + "t", "a{b=c} 1\n"),
        (put, job + "t", "a{b=\"c\\d\"} 1\n"), (put, job + "t", "a{b=\"1\",b=\"2\"} 1\n"), (put, job + "t", "a{__name__=\"b\"} 1\n"), (put, job + "t", "a{1b=\"c\"} 1\n"),
        (put, job + "t", "a{b=\"c\nd\"} 1\n"), (put, job + "t", "# TYPE a number\na 1\n"), (put, job + "t", "a 1\n# TYPE a gauge\n"),
        (put, job + "t", "# HELP a 1\n# HELP a 2\n"), (put, job + "t", "# HELP a \\q\n"), (put, job + "t", "# TYPE 1 gauge\n"), (put, job + "t", "a{b=\"c\",} 1\n\n  \t\n# x\n"),
        (put, job + "t", "a 1\r\n"), (put, job + "t", "a 0x1\n"), (put, job + "t", "a 1_0\n"), (put, job + "t", "a NaN\nb +Inf\nc2 -Inf\nd2 .5\ne2 1e3\n"),
        (put, job + "t", "# TYPE a summary\na{quantile=\"x\"} 1\n"), (put, job + "t", "# TYPE a histogram\na_bucket{le=\"x\"} 1\n"), (put, job + "t", "a{b=\"\u00fc\\n\\\\\\\"\"} 1\n"), *see,
        # The path.
        (put, job + "p/l/v", "a 1\n"), (put, job + "p/l/v/k/w", "a 1\n"), (put, job + "p/l/v/l/w", "a 1\n"), (put, job + "p/l", "a 1\n"), (put, job + "p/", "a 1\n"),
        (put, job + "p/__l/v", "a 1\n"), (put, job + "p/1l/v", "a 1\n"), (put, job + "p/l-m/v", "a 1\n"), (put, job + "p/job/q", "a 1\n"), (put, job, "a 1\n"),
        (put, "/metrics/job", "a 1\n"), (put, "/metrics/job@base64/YS9i", "a 1\n"), (put, "/metrics/job@base64/YS9i/l@base64/w7w", "a 1\n"), (put, job + "p/l@base64/=", "a 1\n"),
        (put, job + "p/l@base64/YQ==", "a 1\n"), (put, job + "p/l@base64/a$", "a 1\n"), (put, job + "p/l@base64/abcde", "a 1\n"), (put, "/metrics/job@base64/=", "a 1\n"),
        (put, job + "a%2Fb", "a 1\n"), (put, job + "a%20b", "a 1\n"), (put, job + "p//v", "a 1\n"), *see,
        # Protobuf and encodings.
        (put, job + "pb", COUNTER, PROTOBUF), (post, job + "pb", GAUGE + UNTYPED, PROTOBUF), (post, job + "pb", OBSERVED, PROTOBUF), *see, (put, job + "pb", COUNTER[:-3], PROTOBUF),
        (put, job + "pb", b"", PROTOBUF), (put, job + "z", gzip.compress(b"a 1\n", mtime=0), {"Content-Encoding": "gzip"}), (put, job + "z", "nope", {"Content-Encoding": "gzip"}),
        (put, job + "z", "no gzip at all", {"Content-Encoding": "gzip"}), (put, job + "z", gzip.compress(COUNTER, mtime=0), {"Content-Encoding": "gzip", **PROTOBUF}), *see,
        # The rest.
        (delete, job + "none", None), (delete, job + "x/instance/i", None), (delete, job + "p/l", None), (delete, "/metrics/job@base64/YS9i", None), *see,
        (get, job + "x", None), ("PATCH", job + "x", None), ("OPTIONS", job + "x", None), (put, "/metrics", None), (get, "/-/healthy", None), (get, "/-/ready", None),
        (post, "/-/healthy", None), (put, "/-/quit", None), (post, "/-/quit", None), (get, "/-/quit", None), (get, "/nope", None), (get, "/api/v1/nope", None),
        ("OPTIONS", "/api/v1/metrics", None), (post, "/api/v1/metrics", None), (delete, "/api/v1/status", None), (get, "/metrics/", None), (put, "/api/v1/admin/wipe", None), *see,
    ]
    return [row if len(row) == 4 else (*row, {}) for row in rows]


def seconds_left_out(line):
    return re.sub(r"^(push_(?:failure_)?time_seconds\{.*\}) [1-9].*$", r"\1 T", line)


def comparable_page(body):
    return [seconds_left_out(line) for line in body.splitlines() if not OWN.match(line)]


def comparable_groups(body):
    answer = json.loads(body)
    for group in answer["data"]:
        for name, family in group.items():
            if isinstance(family, dict) and "time_stamp" in family:
                family["time_stamp"] = "T"
                if name in ("push_time_seconds", "push_failure_time_seconds"):
                    family["metrics"] = [{**metric, "value": "0" if metric["value"] == "0" else "T"} for metric in family["metrics"]]
    answer["data"].sort(key=lambda group: sorted(group["labels"].items()))
    return answer


def comparable(method, path, status, body):
    """What two gateways that do the same have in common of the body of an answer."""
    if (method, path, status) == ("GET", "/metrics", 200):
        return comparable_page(body)
    if (method, path, status) == ("GET", "/api/v1/metrics", 200):
        return comparable_groups(body)
    # Which of two clashing groups it takes first is the order of a hash table.
    body = re.sub(r'(collected metric "\w+") \{.*\} is not a [A-Z]+', r"\1 is of another type", body)
    return re.sub(r'collected [\w ]+ named "(\w+?)(?:_count|_sum|_bucket)?" collides with .*', r"names of \1 collide", body)


def asked(port, row):
    method, path, body, headers = row
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
    try:
        connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        fields = {name.lower(): value for name, value in response.getheaders() if name.lower() in FIELDS}
        if text == "" or path == "/metrics":
            fields.pop("content-type", None)
        return {"status": response.status, "body": comparable(method, path, response.status, text), "fields": fields}
    finally:
        connection.close()


def shown(row):
    method, path, body, headers = row
    text = body if isinstance(body, str) or body is None else "base64:" + base64.b64encode(body).decode()
    return {"method": method, "path": path, "body": text, "headers": headers}


def recorded():
    """(request, answer) of each; the requests are those above."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    for row, request in zip(rows, requests(), strict=True):
        assert row["request"] == shown(request), "the requests have changed: record the answers again"
    return [(request, row["answer"]) for request, row in zip(requests(), rows)]


def compare(ports):
    differences = 0
    for request in requests():
        first, second = (asked(port, request) for port in ports)
        if first != second:
            differences += 1
            print(f"{shown(request)}\n  {first}\n  {second}")
    print(f"{len(requests())} requests, {differences} answered differently")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("ports", type=int, nargs="+")
    arguments = parser.parse_args()
    if arguments.compare:
        return compare(arguments.ports)
    rows = [{"request": shown(request), "answer": asked(arguments.ports[0], request)} for request in requests()]
    FILE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
