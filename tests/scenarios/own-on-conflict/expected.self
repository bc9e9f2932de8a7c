statsd_exporter_events_conflict_total{metric_name="kept",type="gauge"} 1
statsd_exporter_events_conflict_total{metric_name="taken",type="gauge"} 1
