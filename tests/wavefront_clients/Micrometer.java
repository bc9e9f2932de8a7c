// SPDX-License-Identifier: Apache-2.0
// Meters of every kind in Micrometer's own Wavefront registry, published at the end.
//
//     java -cp 'lib/*' Micrometer.java proxy://HOST:PORT

import io.micrometer.core.instrument.*;
import io.micrometer.wavefront.*;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

public class Micrometer {
    static final AtomicLong done = new AtomicLong(3);

    static WavefrontConfig config(String uri) {
        return new WavefrontConfig() {
            public String get(String key) { return null; }
            public String uri() { return uri; }
            public String source() { return "app 1"; }
            public String globalPrefix() { return "acme"; }
            public Duration step() { return Duration.ofMinutes(10); }
        };
    }

    public static void main(String[] arguments) throws Exception {
        WavefrontMeterRegistry registry = new WavefrontMeterRegistry(config(arguments[0]), Clock.SYSTEM);
        registry.config().commonTags("stream.name", "s1", "application.name", "say \"time\", odd=name");
        Counter.builder("my.counter").tag("my.tag", "val").register(registry).increment(2.5);
        Gauge.builder("my.gauge", () -> 42.25).register(registry);
        Gauge.builder("jvm.memory.max", () -> -1).tag("area", "nonheap").register(registry);
        Gauge.builder("not.a.number", () -> Double.NaN).register(registry);
        Timer timer = Timer.builder("my.timer").register(registry);
        timer.record(1500, TimeUnit.MILLISECONDS);
        timer.record(500, TimeUnit.MILLISECONDS);
        DistributionSummary.builder("my.summary").register(registry).record(7);
        Timer distribution = Timer.builder("my.distribution").publishPercentileHistogram().register(registry);
        for (int i = 0; i < 300; ++i) distribution.record(10 * (i % 3 + 1), TimeUnit.MILLISECONDS);
        LongTaskTimer.builder("my.task").register(registry).start();
        FunctionCounter.builder("my.function", done, AtomicLong::doubleValue).register(registry);
        TimeGauge.builder("my.uptime", () -> 12, TimeUnit.SECONDS).register(registry);
        // A distribution is sent once its minute is over.
        if (arguments.length > 1) Thread.sleep(61_000 - System.currentTimeMillis() % 60_000);
        registry.close();
    }
}
