# SPDX-License-Identifier: Apache-2.0
"""What http_answers.py asks for."""

LINES = (
    b"counter.a:5|c|#tag:value\ncounter.a:7|c\ngauge:-3|g\ntimer:320|ms\ntimer:20|ms\nwith.tag,a=b:1|c\nt:1|ms\nerror\n"
    + b"".join(b"many:1|c|#number:%d\n" % number for number in range(100))
)
HISTOGRAMS = """
defaults:
  observer_type: histogram
  histogram_options:
    buckets: [1, 10]
mappings:
- match: coarse.*
  name: coarse_$1
  histogram_options: {native_histogram_bucket_factor: 4}
- match: few.*
  name: few_$1
  histogram_options: {native_histogram_max_buckets: 3}
- match: classic.*
  name: classic_$1
  histogram_options: {native_histogram_bucket_factor: 1}
- match: summary.*
  name: summary_$1
  observer_type: summary
"""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "MADEUP", "get")
PATHS = (
    "/metrics", "/metrics/", "/metrics/x", "/metrics?", "/metrics?x=1", "/Metrics", "/", "/?x", "/index.html", "/favicon.ico", "/nothing",
    "/-/healthy", "/-/healthy/", "/-/healthy?x", "/-/ready", "/-/ready/", "/-/", "/-", "/-/reload", "/-/quit", "//", "//metrics",
    "/./metrics", "/a/../metrics?q=1&r", "/metrics/.", "/metrics/..", "/..", "/../..", "/-//healthy", "/-/./ready?x=%20", "/%6detrics",
    "/metrics%2f", "/%2fmetrics", "/a%2f..%2fmetrics", "/%2e%2e/metrics", "/%2e/metrics", "/metrics%00", "/metrics%20", "/m%c3%a9",
    "/nothing//here", "/nothing/../else", "/-/reload/", "/-/quit/", "//-/quit", "/-/../-/reload", "/debug", "/debug/", "/debug/pprof",
    "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/heap", "/debug/vars", "/debug/requests", "/debug/events",
)
LIFECYCLE_REQUESTS = [(method, "/-/reload") for method in METHODS] + [
    (method, "/-/quit") for method in METHODS if method not in ("PUT", "POST")
] + [("POST", "//-/reload"), ("POST", "/-/reload/"), ("POST", "/-/reload?x=1"), ("PUT", "/-/quit/")]
QUERIES = (
    "name[]=counter_a", "name%5B%5D=counter_a", "name%5b%5d=counter_a", "name[]=counter_a&name[]=gauge",
    "name[]=gauge&name[]=counter_a&name[]=gauge", "name[]=t", "name[]=t_count", "name[]=timer_sum", "name[]=", "name[]", "name[]=none",
    "name[]=none&name[]=gauge", "name[]=Gauge", "name[]=gaug", "name[]=gauge%20", "name=gauge", "name[0]=gauge", "NAME[]=gauge",
    "names[]=gauge", "x=1&name[]=gauge&y=2", "name[]=counter%5fa", "name[]=counter+a", "name[]=%zz", "name[]=%", "name[]=gauge;name[]=t",
    "name[]=gauge&x=%zz", "name[]=gauge&&name[]=t", "&name[]=gauge", "name[]=statsd_exporter_tags_total", "name[]=many", "",
    "name[]=gauge&name[]=", "name[]=gauge%00", "name[]=gauge#x",
)
PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
ACCEPTS = (
    None, "", "*/*", "text/*", "text/plain", "text/plain; version=0.0.4", "text/plain;version=0.0.4;charset=utf-8",
    "text/plain;version=1.0.0", "text/plain; version=0.0.5", "text/plain; charset=iso-8859-1", "TEXT/PLAIN", "text/html",
    "application/json", OPENMETRICS, "application/openmetrics-text", f"{OPENMETRICS}, text/plain;q=0.5", PROTOBUF,
    PROTOBUF.replace("delimited", "text"), PROTOBUF.replace("delimited", "compact-text"), PROTOBUF.replace("delimited", "other"),
    "application/vnd.google.protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
    "application/vnd.google.protobuf;encoding=delimited", "application/vnd.google.protobuf;proto=other;encoding=delimited",
    PROTOBUF.upper(), f"{PROTOBUF}; q=0.7, text/plain;version=0.0.4;q=0.3", f"{PROTOBUF}; q=0.2, text/plain;version=0.0.4;q=0.3",
    f"text/plain, {PROTOBUF}", f"{PROTOBUF}, text/plain", f"text/html, {PROTOBUF}; q=0.1", f"*/*, {PROTOBUF}; q=0.1", f"{PROTOBUF}; q=0",
    "text/plain; q=0", "text/plain;q=x", "text/plain;q=2", "text/plain;q=-1", f"text/plain;q=0.5,{PROTOBUF};q=0.5",
    f"{PROTOBUF}; escaping=allow-utf-8", f"{PROTOBUF}; escaping=underscores", f"{PROTOBUF}; escaping=other",
    "text/plain; version=0.0.4; escaping=allow-utf-8", "text/plain;escaping=dots", "text/plain;escaping=values",
    "text/plain;escaping=nonsense", "text/plain; escaping=\"values\"", "text/html;escaping=dots, text/plain",
    "text/plain;q=0.5;escaping=dots, text/html;escaping=values", "text/plain;escaping=dots,text/plain;escaping=values",
    f"{OPENMETRICS};escaping=allow-utf-8,text/plain;version=0.0.4;escaping=values;q=0.5",
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.9, */*;q=0.1", ", ,text/plain,,", ";", "text/plain;;;",
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    "application/openmetrics-text;version=2.0.0", "application/openmetrics-text;version=2.0.0,text/plain;q=0.1",
    "application/openmetrics-text;version=1.0.0;escaping=bogus", "application/openmetrics-text;version=1.0.0;escaping=dots",
    "application/json;escaping=values,text/plain", "application/openmetrics-text;version=1.0.0;q=0", "Application/OpenMetrics-Text;version=1.0.0",
    'application/openmetrics-text;version="1.0.0"', "text/plain;q=0.1,application/openmetrics-text;version=1.0.0;q=0.9",
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3",
)
# The headers of Prometheus 3 and 2.42, by what it is set to scrape.
PROTOBUF_CLAUSE = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
TEXT_CLAUSES = ("application/openmetrics-text;version=1.0.0%s;q=0.%d,application/openmetrics-text;version=0.0.1;q=0.%d,"
                "text/plain;version=1.0.0%s;q=0.%d,text/plain;version=0.0.4;q=0.%d,*/*;q=0.%d")
SCRAPERS = {
    "3": TEXT_CLAUSES % (";escaping=allow-utf-8", 6, 5, ";escaping=allow-utf-8", 4, 3, 2),
    "3 legacy names": TEXT_CLAUSES % (";escaping=underscores", 6, 5, ";escaping=underscores", 4, 3, 2),
    "3 native histograms": f"{PROTOBUF_CLAUSE};q=0.6," + TEXT_CLAUSES % (";escaping=allow-utf-8", 5, 4, ";escaping=allow-utf-8", 3, 2, 1),
    "3 PrometheusProto": f"{PROTOBUF_CLAUSE};q=0.6,*/*;q=0.5",
    "3 OpenMetricsText1.0.0": "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5",
    "3 OpenMetricsText0.0.1": "application/openmetrics-text;version=0.0.1;q=0.6,*/*;q=0.5",
    "3 PrometheusText1.0.0": "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5",
    "3 PrometheusText0.0.4": "text/plain;version=0.0.4;q=0.6,*/*;q=0.5",
    "3 dots": "application/openmetrics-text;version=1.0.0;escaping=dots;q=0.6,*/*;q=0.5",
    "3 values": "application/openmetrics-text;version=1.0.0;escaping=values;q=0.6,*/*;q=0.5",
    "2.42": "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "2.42 native histograms": f"{PROTOBUF_CLAUSE},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
                              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
}
SCRAPER_HEADERS = {"User-Agent": "Prometheus/3.0.0", "X-Prometheus-Scrape-Timeout-Seconds": "10"}
ENCODINGS = (
    None, "", "gzip", "GZIP", "x-gzip", "identity", "*", "deflate", "br", "zstd", "zstd, gzip", "gzip, zstd", "gzip;q=0", "gzip;q=0.5",
    "gzip;q=0.5, identity", "gzip, identity", "identity, gzip", "gzip;q=0.9, identity;q=0.1", "identity;q=0.9, gzip;q=0.1",
    "*;q=0.5, gzip;q=0.4", "gzip, *;q=0", "identity;q=0", "gzip;q=x", "gzip;q=2", "gzip ; q=1", "deflate, gzip;q=1.0, *;q=0.5", " gzip",
    "gzip,", ",gzip", "gzip;foo=bar", "identity;q=0, gzip", "br, gzip;q=0.5", "zstd;q=0.5, gzip;q=0.6", "gzip;q=0.5, zstd;q=0.6",
    "zstd, *;q=0.5", "zstd, *", "zstd;q=0, gzip;q=0.1",
)
TELEMETRY_PATHS = (
    "/", "/m/", "/m", "/deep/er/path", "GET /m", "POST /m", "/{x}", "/a/{x}", "/a/{rest...}", "/{$}", "/m%20x", "/é", "/-/metrics",
    "/-/reload", "/-/", "/debug/vars2", "localhost/m", "GET /m/",
)
TELEMETRY_REQUESTS = [
    (method, path)
    for path in ("/", "/m", "/m/", "/m/x", "/m/x/y", "/metrics", "/anything", "/a/b", "/a/b/c", "/a/", "/a", "/deep/er/path",
                 "/deep/er/path/", "/m%20x", "/%C3%A9", "/-/healthy", "/-/metrics", "/-/reload", "/-/x", "/-/", "/debug/vars2", "//m", "/m/../m", "/m/./x")
    for method in ("GET", "HEAD", "POST")
]
OK = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
# Sent as they are; what comes back until the end of the connection, or until a second passes in silence.
RAW = {
    "HTTP/1.0": b"GET /-/healthy HTTP/1.0\r\n\r\n",
    "HTTP/1.0, metrics": b"GET /metrics HTTP/1.0\r\n\r\n",
    "HTTP/1.0, kept alive": b"GET /-/healthy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.0, metrics, kept alive": b"GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.0, kept alive, twice": b"GET /-/healthy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" * 2,
    "HTTP/1.0, no page": b"GET /none HTTP/1.0\r\n\r\n",
    "close": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "close, upper case": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: CLOSE\r\n\r\n",
    "close among others": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: foo, close\r\n\r\n",
    "two in a row": OK * 2,
    "four different in a row": OK
    + b"GET /none HTTP/1.1\r\nHost: x\r\n\r\nHEAD /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"
    + b"POST /-/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "blank line before": b"\r\n" + OK,
    "bare line feeds": OK.replace(b"\r\n", b"\n"),
    "no host": b"GET /-/healthy HTTP/1.1\r\n\r\n",
    "empty host": b"GET /-/healthy HTTP/1.1\r\nHost:\r\n\r\n",
    "two hosts": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "bad host": b"GET /-/healthy HTTP/1.1\r\nHost: a b\r\n\r\n",
    "garbage": b"garbage\r\n\r\n",
    "garbage, binary": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "two words": b"GET /-/healthy\r\n\r\n",
    "four words": b"GET /-/healthy x HTTP/1.1\r\nHost: x\r\n\r\n",
    "two blanks": b"GET  /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n",
    "bad method": b"G@T /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n",
    "empty method": b" /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n",
    "no slash": b"GET metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "star": b"GET * HTTP/1.1\r\nHost: x\r\n\r\n",
    "options of all": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "absolute": b"GET http://x/-/healthy HTTP/1.1\r\nHost: y\r\n\r\n",
    "connect": b"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n",
    "bad escape": b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    "cut escape": b"GET /metrics% HTTP/1.1\r\nHost: x\r\n\r\n",
    "bare letters": b"GET /m\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
    "control character": b"GET /m\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    "fragment": b"GET /metrics#x?name[]=none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "HTTP/1.2": b"GET /-/healthy HTTP/1.2\r\nHost: x\r\n\r\n",
    "HTTP/2.0": b"GET /-/healthy HTTP/2.0\r\nHost: x\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /-/healthy HTTP/0.9\r\nHost: x\r\n\r\n",
    "HTTP/1": b"GET /-/healthy HTTP/1\r\nHost: x\r\n\r\n",
    "HTTP/1.10": b"GET /-/healthy HTTP/1.10\r\nHost: x\r\n\r\n",
    "http/1.1": b"GET /-/healthy http/1.1\r\nHost: x\r\n\r\n",
    "HTTPS/1.1": b"GET /-/healthy HTTPS/1.1\r\nHost: x\r\n\r\n",
    "header without colon": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "header with a blank before its colon": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
    "header without name": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "header over two lines": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "header with a NUL": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "header with letters": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: \xc3\xa9\r\n\r\n",
    "headers too large": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: " + b"a" * (1 << 20) + b"b" * 8192 + b"\r\n\r\n",
    "a header of 60,000 bytes": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 60000 + b"\r\n\r\n",
    "headers just not too large": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 1000000 + b"\r\n\r\n",
    "length and body": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + OK,
    "length that is no number": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\nhello",
    "negative length": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello",
    "two lengths": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "two like lengths": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + OK,
    "chunked body": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + OK,
    "chunked body, broken": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n" + OK,
    "chunked body and length": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    + b"5\r\nhello\r\n0\r\n\r\n",
    "unknown transfer encoding": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    "expects 100": b"POST /-/healthy HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
    "expects something else": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n",
    "upgrade": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "GET with a body": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + OK,
    "conditional": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n"
    + b"If-Modified-Since: Sun, 06 Nov 2044 08:49:37 GMT\r\nRange: bytes=0-3\r\n\r\n",
    "half a request": b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n",
    "nothing": b"",
}
