// SPDX-License-Identifier: Apache-2.0
package weir.stream;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * The three applications of the stream `time | filter | log`; spring.cloud.function.definition says
 * which one this is.
 */
@SpringBootApplication
public class StreamApp {
  private static final Logger log = LoggerFactory.getLogger(StreamApp.class);
  private static final int FAILS_ONCE_IN = 10;
  private final AtomicLong ticks = new AtomicLong();

  @Bean
  public Supplier<String> time() {
    return () -> Long.toString(ticks.incrementAndGet());
  }

  /** Lets the even ones through, and fails now and then. */
  @Bean
  public Function<String, String> filter() {
    return tick -> {
      long number = Long.parseLong(tick);
      if (number % FAILS_ONCE_IN == 0) {
        throw new IllegalArgumentException("does not like " + tick);
      }
      return number % 2 == 0 ? tick : null;
    };
  }

  @Bean
  public Consumer<String> log() {
    return tick -> log.info("tick {}", tick);
  }

  public static void main(String[] arguments) {
    SpringApplication.run(StreamApp.class, arguments);
  }
}
