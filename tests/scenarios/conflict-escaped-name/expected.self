statsd_exporter_events_conflict_total{metric_name="a_b",type="gauge"} 1
