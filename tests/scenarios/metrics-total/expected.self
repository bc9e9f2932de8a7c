statsd_exporter_metrics_total{type="counter"} 2
statsd_exporter_metrics_total{type="gauge"} 1
statsd_exporter_metrics_total{type="histogram"} 1
statsd_exporter_metrics_total{type="summary"} 1
