// SPDX-License-Identifier: Apache-2.0
// Meters of every kind in Micrometer's own InfluxDB registry, published at the end, and before it where a step ends meanwhile.
//
//     java -cp 'lib/*' Micrometer.java URL [v2]

import io.micrometer.core.instrument.*;
import io.micrometer.influx.*;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

public class Micrometer {
    static final Duration STEP = Duration.ofSeconds(10);
    static final AtomicLong done = new AtomicLong(3);

    static InfluxConfig config(String url, boolean isV2) {
        return new InfluxConfig() {
            public String get(String key) { return null; }
            public String uri() { return url; }
            public String db() { return "myinfluxdb"; }
            public String org() { return isV2 ? "org" : null; }
            public String bucket() { return isV2 ? "bucket" : db(); }
            public String token() { return isV2 ? "token" : null; }
            public Duration step() { return STEP; }
        };
    }

    public static void main(String[] arguments) throws Exception {
        InfluxMeterRegistry registry = new InfluxMeterRegistry(config(arguments[0], arguments.length > 1), Clock.SYSTEM);
        registry.config().commonTags("stream.name", "s1", "application.name", "time, odd=name");
        Counter.builder("my.counter").tag("my.tag", "val").register(registry).increment(2.5);
        Gauge.builder("my.gauge", () -> 42.25).register(registry);
        Gauge.builder("jvm.memory.max", () -> -1).tag("area", "nonheap").register(registry);
        Gauge.builder("not.a.number", () -> Double.NaN).register(registry);
        Timer timer = Timer.builder("my.timer").register(registry);
        timer.record(1500, TimeUnit.MICROSECONDS);
        timer.record(500, TimeUnit.MICROSECONDS);
        DistributionSummary.builder("my.summary").register(registry).record(7);
        LongTaskTimer.builder("my.task").register(registry).start();
        FunctionCounter.builder("my.function", done, AtomicLong::doubleValue).register(registry);
        TimeGauge.builder("my.uptime", () -> 12, TimeUnit.SECONDS).register(registry);
        Thread.sleep(500);
        registry.close();
    }
}
