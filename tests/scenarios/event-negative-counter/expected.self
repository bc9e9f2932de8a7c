statsd_exporter_events_actions_total{action="map"} 2
statsd_exporter_events_error_total{reason="illegal_negative_counter"} 2
statsd_exporter_events_total{type="counter"} 2
statsd_exporter_events_unmapped_total 2
