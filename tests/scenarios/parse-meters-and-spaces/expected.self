statsd_exporter_events_error_total{reason="illegal_negative_counter"} 1
statsd_exporter_events_total{type="counter"} 8
statsd_exporter_sample_errors_total{reason="invalid_extended_aggregate_type"} 1
statsd_exporter_sample_errors_total{reason="malformed_value"} 1
