#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests to InfluxDB's HTTP API, and what Debian's InfluxDB 1.6.7 answered to them: influxdb_answers.json.

    influxdb_answers.py PORT     asks the InfluxDB at that port, with an empty database `d`, and writes the file again
"""

import http.client
import json
import pathlib
import sys

FILE = pathlib.Path(__file__).resolve().with_suffix(".json")
SECONDS_MAX = 30
FIELDS = ("allow", "content-type", "x-influxdb-error")


def asked(port, request):
    """The status, the body, and those header fields that say something."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
    try:
        body = request.get("body")
        connection.request(request["method"], request["path"], body=None if body is None else body.encode(), headers=request.get("headers", {}))
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return {"status": response.status, "body": response.read().decode(), "fields": {name: fields[name] for name in FIELDS if name in fields}}
    finally:
        connection.close()


def recorded():
    """(request, answer) of each."""
    return [(row["request"], row["answer"]) for row in json.loads(FILE.read_text(encoding="utf-8"))]


def main():
    port = int(sys.argv[1])
    rows = [{"request": request, "answer": asked(port, request)} for request, _ in recorded()]
    FILE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
