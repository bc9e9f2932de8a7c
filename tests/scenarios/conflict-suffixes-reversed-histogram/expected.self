statsd_exporter_events_conflict_total{metric_name="a",type="observer"} 1
