statsd_exporter_events_total{type="gauge"} 9
