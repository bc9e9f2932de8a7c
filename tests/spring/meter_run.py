# SPDX-License-Identifier: Apache-2.0
"""What tests/spring_real/micrometer/Meters.java does to its meters, and so what weir must show of them with builtin:spring."""

COMMON = {"stream_name": "s1", "application_name": "time", "application_guid": "g1"}
# Tags that the lines do not have as they are: a valueless one is no label in DATADOG, and ETSY and the others sanitise.
URI = {"datadog": "/a", "etsy": "/a", "sysdig": "_a", "telegraf": "/a"}
ODD_URI = {"datadog": "/a:b=c d", "sysdig": "_a_b_c_d", "telegraf": "/a_b=c_d"}
POOL = {"datadog": "Code Cache", "etsy": "Code_Cache", "sysdig": "Code_Cache", "telegraf": "Code_Cache"}
TASK = {"task_name": "t1"}
# Longer than the program runs its long task.
TASK_SECONDS_MAX = 10


def exact(flavor):
    """(name, labels) -> value"""
    requests = {"uri": URI[flavor], "status": "200"}
    yield "logback_events_total", {"level": "warn"}, 2
    yield "jvm_memory_max_bytes", {"area": "nonheap", "id": POOL[flavor]}, -1
    yield "system_cpu_usage", {}, 0.25
    yield "spring_integration_send_seconds_count", {"result": "success"}, 1
    yield "spring_integration_send_seconds_sum", {"result": "success"}, 0.001234
    yield "http_server_requests_seconds_count", requests, 2
    yield "http_server_requests_seconds_sum", requests, 2.03
    yield "http_server_requests_seconds_max", requests, 2
    yield "http_server_requests_seconds_bucket", {**requests, "le": "0.025"}, 0
    yield "http_server_requests_seconds_bucket", {**requests, "le": "0.05"}, 1
    yield "http_server_requests_seconds_bucket", {**requests, "le": "2.5"}, 2
    yield "jvm_gc_pause_seconds_count", {}, 1
    yield "jvm_gc_pause_seconds_max", {}, 0.05
    yield "process_uptime_seconds", {}, 12
    yield "process_start_time_seconds", {}, 1700000000.5
    if flavor == "etsy":
        return
    yield "my_orders_total", {"shop": "a"}, 3
    yield "my_fraction_total", {}, 0
    yield "my_size_sum", {}, 512
    yield "odd_tags_total", {"uri": ODD_URI[flavor]}, 1
    yield "jvm_classes_unloaded_classes_total", {}, 8
    yield "tomcat_global_request_seconds_count", {}, 8
    yield "tomcat_global_request_seconds_sum", {}, 0.08
    yield "jvm_gc_pause_seconds_percentile", {"phi": "0.95"}, 0.048234496


def values_of(families, name, labels):
    """Of the series with these labels, and no others but empty ones."""
    return [float(value) for family in families.values() for (sample, found), value in family.samples.items()
            if sample == name and {key: text for key, text in found if text} == labels]


def faults(families, flavor):
    """What is not as it should be, a text each. The last poll may be lost: a stop is not sure to send it."""
    for name, labels, wanted in exact(flavor):
        found = values_of(families, name, {**COMMON, **labels})
        if len(found) != 1 or abs(found[0] - wanted) > 1e-9 * max(1, abs(wanted)):
            yield f"{name}{labels}: {found}, not {wanted}"
    for name, largest in (("active_count", 1), ("duration_sum", TASK_SECONDS_MAX), ("max", TASK_SECONDS_MAX)):
        found = values_of(families, f"spring_cloud_task_active_seconds_{name}", {**COMMON, **TASK})
        if len(found) != 1 or not 0 <= found[0] <= largest:
            yield f"spring_cloud_task_active_seconds_{name}: {found}, not 0 to {largest}"
    if any("not_finite" in name or "notFinite" in name for name in families):
        yield "a gauge of NaN is there"
