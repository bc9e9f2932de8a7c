statsd_exporter_config_reloads_total{outcome="failure"} 1
statsd_exporter_config_reloads_total{outcome="success"} 0
statsd_exporter_loaded_mappings 0
