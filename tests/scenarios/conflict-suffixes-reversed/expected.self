statsd_exporter_events_conflict_total{metric_name="a",type="observer"} 1
statsd_exporter_events_conflict_total{metric_name="b",type="observer"} 1
