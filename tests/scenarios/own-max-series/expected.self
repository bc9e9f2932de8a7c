weir_events_overflowed_total{metric_name="a",type="counter"} 2
weir_events_overflowed_total{metric_name="t",type="observer"} 2
weir_events_refused_total{metric_name="g",type="gauge"} 1
