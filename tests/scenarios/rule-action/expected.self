statsd_exporter_events_actions_total{action="drop"} 2
statsd_exporter_events_actions_total{action="map"} 2
statsd_exporter_events_total{type="counter"} 2
statsd_exporter_events_unmapped_total 0
