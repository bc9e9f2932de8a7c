statsd_exporter_events_conflict_total{metric_name="jobs",type="counter"} 1
