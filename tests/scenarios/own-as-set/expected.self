statsd_exporter_events_error_total{reason="illegal_negative_counter"} 2
statsd_exporter_events_conflict_total{metric_name="orders_total",type="gauge"} 1
statsd_exporter_events_total{type="counter"} 11
