// SPDX-License-Identifier: Apache-2.0
import io.prometheus.client.*;
import io.prometheus.client.exporter.PushGateway;
import java.util.Map;

/** Pushes with the older Java client: Simple HOST:PORT */
public class Simple {
  public static void main(String[] arguments) throws Exception {
    CollectorRegistry registry = new CollectorRegistry();
    Counter.build("java_jobs_total", "Jobs.").labelNames("kind").register(registry).labels("a/b").inc(3);
    Gauge.build("java_heat", "Heat.").register(registry).set(-1.5);
    Histogram.build("java_time", "Time.").buckets(0.5, 1).register(registry).observe(0.7);
    Summary.build("java_size", "Size.").quantile(0.5, 0.01).register(registry).observe(7);
    PushGateway gateway = new PushGateway(arguments[0]);
    gateway.push(registry, "java_simple", Map.of("instance", "i/1", "empty", ""));
    gateway.pushAdd(registry, "java_simple");
    gateway.push(registry, "java_gone");
    gateway.delete("java_gone");
  }
}
