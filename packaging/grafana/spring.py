# SPDX-License-Identifier: Apache-2.0
"""Spring Boot applications, by the families of weir's mappings for them (`builtin:spring`, `builtin:scdf`), which are Micrometer's own names."""

from panels import dashboard, graph, query_variable, stat, table

SELECTOR = 'application=~"$application"'
APPLICATION = query_variable("application", "Application", "label_values(process_uptime_seconds, application)",
                             "The tag `application`: management.metrics.tags.application of the Spring application.")
RATE = "[$__rate_interval]"
SHOWN = "[$__range]"
WHO = "{{application}}"
# Of the requests that came in; the probes of actuators are many, and say little.
SERVED = '@, uri!~"/actuator.*"'
FAILED = SERVED + ', status=~"5.."'
HEAP = '@, area="heap"'


def rate(family, selector="@", by="application", over=RATE):
    return f"sum by ({by}) (rate({family}{{{selector}}}{over}))"


def total(family, selector="@", over=RATE):
    return f"sum(rate({family}{{{selector}}}{over}))"


def in_range(family, selector="@"):
    return f"sum(increase({family}{{{selector}}}{SHOWN})) or vector(0)"


def mean(family, selector="@", by="application", over=RATE):
    return f"{rate(family + '_sum', selector, by, over)} / {rate(family + '_count', selector, by, over)}"


def mean_of_all(family, by):
    """Since the series began: what is over within a scrape has no rate."""
    return f"sum by ({by}) ({family}_sum{{@}}) / sum by ({by}) ({family}_count{{@}})"


def quantile(q, family, selector="@", by=""):
    return f"histogram_quantile({q}, {rate(family + '_bucket', selector, 'le' + (', ' + by if by else ''))})"


def summed(family, selector="@", by="application"):
    return f"sum by ({by}) ({family}{{{selector}}})"


def largest(family, selector="@", by="application"):
    return f"max by ({by}) ({family}{{{selector}}})"


def lines(title, unit, expression, legend=WHO, **options):
    return graph(title, unit, (expression, legend), **options)


# Memory pools without a limit have -1 for one.
HEAP_SHARE = f"max by (application) (sum by (application, instance_index) (jvm_memory_used_bytes{{{HEAP}}}) " \
             f"/ sum by (application, instance_index) (jvm_memory_max_bytes{{{HEAP}}} > 0))"

GLANCE = [
    stat("Applications", "short", "count(count by (application) (process_uptime_seconds{@}))"),
    stat("Instances", "short", "count(process_uptime_seconds{@})", description="Those that sent something within five minutes."),
    stat("Requests", "reqps", total("http_server_requests_seconds_count", SERVED)),
    stat("Requests that failed", "percentunit",
         f"({total('http_server_requests_seconds_count', FAILED)} or vector(0)) / {total('http_server_requests_seconds_count', SERVED)}", warn=0.01, bad=0.05,
         description="Answers 5xx."),
    stat("95 % are answered within", "s", quantile(0.95, "http_server_requests_seconds", SERVED), warn=0.5, bad=2),
    stat("Errors logged", "short", in_range("logback_events_total", '@, level="error"'), warn=1, bad=100),
    stat("Fullest heap", "percentunit", f"max({HEAP_SHARE})", warn=0.8, bad=0.95),
    stat("Longest pause of collection", "s", "max(jvm_gc_pause_seconds_max{@})", warn=0.5, bad=2, description="In three minutes."),
    stat("Threads wait for a connection", "short", "sum(hikaricp_connections_pending{@})", warn=1, bad=10),
    stat("Youngest process", "dtdurations", "min(process_uptime_seconds{@})"),
    stat("Tasks that run", "short", "sum(spring_cloud_task_active_seconds_active_count{@}) or vector(0)"),
    stat("Messages that failed", "short", in_range("spring_integration_send_seconds_count", '@, result="failure"'), warn=1),
]

REQUESTS = [
    lines("Requests served", "reqps", rate("http_server_requests_seconds_count", SERVED), stack=True),
    lines("Requests by answer", "reqps", rate("http_server_requests_seconds_count", SERVED, "status"), "{{status}}", stack=True),
    lines("Share that failed", "percentunit",
          f"{rate('http_server_requests_seconds_count', FAILED)} / {rate('http_server_requests_seconds_count', SERVED)}"),
    lines("Mean time of an answer", "s", mean("http_server_requests_seconds", SERVED)),
    lines("95 % of answers within", "s", quantile(0.95, "http_server_requests_seconds", SERVED, "application")),
    lines("Slowest answer", "s", largest("http_server_requests_seconds_max", SERVED), description="In three minutes."),
    table("Busiest", "reqps", (f"topk(20, {rate('http_server_requests_seconds_count', SERVED, 'application, method, uri', SHOWN)})", "Requests")),
    table("Slowest", "s", (f"topk(20, {mean('http_server_requests_seconds', SERVED, 'application, method, uri', SHOWN)})", "Mean time")),
]

MACHINE = [
    lines("Heap in use", "bytes", summed("jvm_memory_used_bytes", HEAP)),
    lines("Share of the heap", "percentunit", HEAP_SHARE, description="The fullest instance of each. Only pools that have a limit."),
    lines("Other memory in use", "bytes", summed("jvm_memory_used_bytes", '@, area="nonheap"')),
    lines("Allocated", "bytes", rate("jvm_gc_memory_allocated_bytes_total"), description="In a second."),
    lines("Time in collection", "percentunit", rate("jvm_gc_pause_seconds_sum"), description="Share of the time in which all threads stood still."),
    lines("Longest pause", "s", largest("jvm_gc_pause_seconds_max", by="application, cause"), f"{WHO} {{{{cause}}}}"),
    lines("Processor", "percentunit", largest("process_cpu_usage")),
    lines("Threads", "short", summed("jvm_threads_live_threads")),
    lines("Threads that block", "short", summed("jvm_threads_states_threads", '@, state="blocked"')),
    lines("Files open", "percentunit", f"{largest('process_files_open_files')} / {largest('process_files_max_files')}"),
    lines("Classes", "short", largest("jvm_classes_loaded_classes")),
    lines("Tomcat's threads that work", "percentunit", f"{summed('tomcat_threads_busy_threads')} / {summed('tomcat_threads_config_max_threads')}"),
]

DATA = [
    graph("Connections", "short", (summed("hikaricp_connections_active"), f"{WHO} in use"), (summed("hikaricp_connections_idle"), f"{WHO} idle")),
    lines("Threads that wait", "short", summed("hikaricp_connections_pending", by="application, pool"), f"{WHO} {{{{pool}}}}"),
    lines("Time until a connection is had", "s", mean("hikaricp_connections_acquire_seconds")),
    lines("Time that a connection is used", "s", mean("hikaricp_connections_usage_seconds")),
    lines("Statements", "cps", rate("hibernate_statements_total", by="application, status"), f"{WHO} {{{{status}}}}"),
    lines("Transactions", "cps", rate("hibernate_transactions_total", by="application, result"), f"{WHO} {{{{result}}}}"),
    lines("Calls of repositories", "cps", rate("spring_data_repository_invocations_seconds_count", by="application, repository"), f"{WHO} {{{{repository}}}}"),
    lines("Time of a call", "s", mean("spring_data_repository_invocations_seconds", by="application, repository"), f"{WHO} {{{{repository}}}}"),
    lines("Tasks of executors that wait", "short", summed("executor_queued_tasks", by="application, name"), f"{WHO} {{{{name}}}}"),
]

MESSAGES = [
    lines("Messages sent", "cps", rate("spring_integration_send_seconds_count", by="application, result"), f"{WHO} {{{{result}}}}"),
    lines("Time to send one", "s", mean("spring_integration_send_seconds", by="application, name"), f"{WHO} {{{{name}}}}"),
    lines("Messages from sources", "cps", rate("spring_integration_receive_total", by="application, name"), f"{WHO} {{{{name}}}}"),
    lines("Log", "cps", rate("logback_events_total", by="level"), "{{level}}", stack=True),
    lines("Errors and warnings by application", "cps", rate("logback_events_total", '@, level=~"error|warn"', "application, level"), f"{WHO} {{{{level}}}}"),
]

TASKS = [
    lines("Running", "short", summed("spring_cloud_task_active_seconds_active_count", by="task_name"), "{{task_name}}", width=12, stack=True),
    lines("Jobs running", "short", summed("spring_batch_job_active_seconds_active_count", by="name"), "{{name}}", width=12, stack=True),
    table("Executions", "short", (f"sum by (task_name, task_execution_id) (increase(spring_cloud_task_seconds_count{{@}}{SHOWN}))", "In this time"),
          (summed("spring_cloud_task_seconds_count", by="task_name, task_execution_id"), "In all"), width=8),
    table("Jobs", "s", (largest("spring_batch_job_seconds_max", by="task_name, name, status"), "Longest"),
          (mean_of_all("spring_batch_job_seconds", "task_name, name, status"), "Mean"), width=8),
    table("Steps", "s", (mean_of_all("spring_batch_step_seconds", "job_name, name, status"), "Mean"), width=8),
]

DASHBOARDS = {
    "spring-overview": dashboard(
        "weir-spring-overview", "Spring: overview", "Are requests answered, and what holds them up?", SELECTOR, [APPLICATION],
        [("At a glance", GLANCE), ("Requests", REQUESTS), ("Java machine", MACHINE), ("Database and executors", DATA), ("Messages and log", MESSAGES),
         ("Tasks and jobs", TASKS)]),
}
