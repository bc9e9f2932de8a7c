statsd_exporter_events_total{type="observer"} 1000000
