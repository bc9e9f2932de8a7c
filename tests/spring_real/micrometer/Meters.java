// SPDX-License-Identifier: Apache-2.0
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import io.micrometer.statsd.StatsdProtocol;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uses each kind of meter once, with names that Spring's binders have: FLAVOR PROTOCOL
 * HOST_OR_PATH PORT BUFFERED.
 */
public class Meters {
  // Function meters hold it weakly.
  private static final AtomicLong done = new AtomicLong(3);

  private static StatsdConfig config(String[] arguments) {
    return new StatsdConfig() {
      @Override
      public String get(String key) {
        return null;
      }

      @Override
      public StatsdFlavor flavor() {
        return StatsdFlavor.valueOf(arguments[0]);
      }

      @Override
      public StatsdProtocol protocol() {
        return StatsdProtocol.valueOf(arguments[1]);
      }

      @Override
      public String host() {
        return arguments[2];
      }

      @Override
      public int port() {
        return Integer.parseInt(arguments[3]);
      }

      @Override
      public boolean buffered() {
        return Boolean.parseBoolean(arguments[4]);
      }

      @Override
      public Duration pollingFrequency() {
        return Duration.ofSeconds(1);
      }

      @Override
      public Duration step() {
        return Duration.ofSeconds(10);
      }
    };
  }

  public static void main(String[] arguments) throws InterruptedException {
    StatsdMeterRegistry registry = new StatsdMeterRegistry(config(arguments), Clock.SYSTEM);
    registry.config().commonTags("stream.name", "s1", "application.name", "time", "application.guid", "g1");
    awaitConnection(registry);
    use(registry);
    LongTaskTimer.Sample task = LongTaskTimer.builder("spring.cloud.task.active").tag("task.name", "t1").register(registry).start();
    Thread.sleep(2500);
    done.addAndGet(5);
    Thread.sleep(1500);
    task.stop();
    registry.close();
    Thread.sleep(500);
  }

  // Before there is a connection lines are thrown away, and gauges are not asked.
  private static void awaitConnection(StatsdMeterRegistry registry) throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    Gauge.builder(
            "connected",
            () -> {
              asked.countDown();
              return 1;
            })
        .register(registry);
    asked.await();
  }

  private static void use(StatsdMeterRegistry registry) {
    Counter.builder("logback.events").tag("level", "warn").register(registry).increment(2.1);
    Counter.builder("my.orders").tag("shop", "a").register(registry).increment(3);
    Counter.builder("my.fraction").register(registry).increment(0.5);
    Gauge.builder("jvm.memory.max", () -> -1).tag("area", "nonheap").tag("id", "Code Cache").register(registry);
    Gauge.builder("system.cpu.usage", () -> 0.25).register(registry);
    Gauge.builder("not.finite", () -> Double.NaN).register(registry);
    Timer.builder("spring.integration.send").tag("result", "success").register(registry).record(1234, TimeUnit.MICROSECONDS);
    Timer requests = Timer.builder("http.server.requests").tag("uri", "/a").tag("status", "200").publishPercentileHistogram().register(registry);
    requests.record(2, TimeUnit.SECONDS);
    requests.record(30, TimeUnit.MILLISECONDS);
    Timer.builder("jvm.gc.pause").publishPercentiles(0.95).serviceLevelObjectives(Duration.ofMillis(100)).register(registry).record(50, TimeUnit.MILLISECONDS);
    DistributionSummary.builder("my.size").register(registry).record(512);
    FunctionCounter.builder("jvm.classes.unloaded", done, AtomicLong::doubleValue).register(registry);
    FunctionTimer.builder("tomcat.global.request", done, AtomicLong::get, n -> n.get() * 10.0, TimeUnit.MILLISECONDS).register(registry);
    TimeGauge.builder("process.uptime", () -> 12, TimeUnit.SECONDS).register(registry);
    TimeGauge.builder("process.start.time", () -> 1700000000.5, TimeUnit.SECONDS).register(registry);
    Counter.builder("odd.tags").tag("uri", "/a:b=c d").tag("empty", "").register(registry).increment();
  }
}
