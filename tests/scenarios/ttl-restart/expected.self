statsd_exporter_metrics_total{type="counter"} 1
statsd_exporter_metrics_total{type="summary"} 1
