statsd_exporter_events_conflict_total{metric_name="a",type="gauge"} 1
statsd_exporter_events_total{type="counter"} 1
statsd_exporter_events_total{type="gauge"} 2
statsd_exporter_events_total{type="observer"} 3
statsd_exporter_events_unmapped_total 7
