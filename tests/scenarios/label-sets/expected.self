statsd_exporter_events_conflict_total{metric_name="a",type="gauge"} 1
statsd_exporter_metrics_total{type="counter"} 3
