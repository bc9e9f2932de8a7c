// SPDX-License-Identifier: Apache-2.0
package weir.task;

import static io.micrometer.core.instrument.Statistic.COUNT;
import static io.micrometer.core.instrument.Statistic.MAX;
import static io.micrometer.core.instrument.Statistic.TOTAL;
import static io.micrometer.core.instrument.Statistic.TOTAL_TIME;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what counters, timers and summaries have measured, a line each: "measured", name, labels, value, with tabs between.
 * The names are those that Prometheus has for them; the values are asked of the meters, and of no page. */
final class Measured {
  private static final Map<Statistic, String> SUFFIXES = Map.of(COUNT, "_count", TOTAL_TIME, "_sum", TOTAL, "_sum", MAX, "_max");

  static void print(PrometheusMeterRegistry registry) {
    registry.getMeters().stream()
        .filter(meter -> meter.getId().getType() != Meter.Type.GAUGE && meter.getId().getType() != Meter.Type.LONG_TASK_TIMER)
        .forEach(meter -> print(meter, registry));
  }

  private static void print(Meter meter, PrometheusMeterRegistry registry) {
    var convention = registry.config().namingConvention();
    var name = meter.getId().getConventionName(convention);
    var labels = meter.getId().getConventionTags(convention).stream()
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining("\t"));
    for (var measurement : meter.measure()) {
      var suffix = meter.getId().getType() == Meter.Type.COUNTER ? "_total" : SUFFIXES.get(measurement.getStatistic());
      System.out.println("measured\t" + name + suffix + "\t" + labels + "\t" + measurement.getValue());
    }
  }
}
