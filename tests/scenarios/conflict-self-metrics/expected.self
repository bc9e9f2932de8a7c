statsd_exporter_events_conflict_total{metric_name="statsd_exporter_lines_total",type="counter"} 1
statsd_exporter_events_conflict_total{metric_name="process_open_fds",type="gauge"} 1
statsd_exporter_events_conflict_total{metric_name="promhttp_metric_handler_requests_total",type="counter"} 1
statsd_exporter_lines_total 4
