statsd_exporter_events_error_total{reason="reserved_label"} 1
