statsd_exporter_events_conflict_total{metric_name="taken_summary",type="observer"} 1
statsd_exporter_events_total{type="observer"} 6
