statsd_exporter_events_error_total{reason="empty_metric_name"} 2
