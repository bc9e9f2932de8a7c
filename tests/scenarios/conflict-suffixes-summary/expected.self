statsd_exporter_events_conflict_total{metric_name="a_sum",type="counter"} 1
statsd_exporter_events_conflict_total{metric_name="a_count",type="gauge"} 1
