statsd_exporter_events_error_total{reason="empty_metric_name"} 1
statsd_exporter_events_total{type="counter"} 1
