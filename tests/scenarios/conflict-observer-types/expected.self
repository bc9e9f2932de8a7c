statsd_exporter_events_conflict_total{metric_name="m",type="observer"} 1
