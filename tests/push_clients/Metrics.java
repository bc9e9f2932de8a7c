// SPDX-License-Identifier: Apache-2.0
import io.prometheus.metrics.core.metrics.*;
import io.prometheus.metrics.exporter.pushgateway.*;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Pushes with the newer Java client: Metrics HOST:PORT FORMAT */
public class Metrics {
  public static void main(String[] arguments) throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    Counter.builder().name("jm_jobs_total").help("Jobs.").register(registry).inc(3);
    Histogram.builder().name("jm_time").classicOnly().classicUpperBounds(0.5, 1).register(registry).observe(0.7);
    PushGateway gateway = PushGateway.builder().address(arguments[0]).registry(registry)
        .format(Format.valueOf(arguments[1])).job("java_metrics_" + arguments[1].toLowerCase()).groupingKey("path", "/a/b").build();
    gateway.push();
    gateway.pushAdd();
  }
}
