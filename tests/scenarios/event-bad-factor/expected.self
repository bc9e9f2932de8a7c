statsd_exporter_sample_errors_total{reason="invalid_sample_factor"} 6
statsd_exporter_events_total{type="observer"} 6
