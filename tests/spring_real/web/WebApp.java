// SPDX-License-Identifier: Apache-2.0
package weir.web;

import io.github.mweirauch.micrometer.jvm.extras.ProcessMemoryMetrics;
import io.github.mweirauch.micrometer.jvm.extras.ProcessThreadMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.endpoint.SourcePollingChannelAdapter;
import org.springframework.messaging.MessageChannel;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers requests, keeps items in a database, and moves a message every 100 ms while it is not told to stop. */
@SpringBootApplication
@EnableJpaRepositories(considerNestedRepositories = true)
@RestController
public class WebApp {
  @Entity(name = "item")
  public static class Item {
    @Id @GeneratedValue public Long id;
    public String name;
  }

  public interface Items extends JpaRepository<Item, Long> {}

  private final Items items;
  private final MeterRegistry registry;
  private final ObjectProvider<SourcePollingChannelAdapter> poller;
  private final AtomicInteger sent = new AtomicInteger();

  public WebApp(
      Items items, MeterRegistry registry, ObjectProvider<SourcePollingChannelAdapter> poller) {
    this.items = items;
    this.registry = registry;
    this.poller = poller;
  }

  @GetMapping("/items/{name}")
  public long item(@PathVariable String name) {
    Item item = new Item();
    item.name = name;
    items.save(item);
    registry.counter("shop.items", "kind", name).increment();
    registry.summary("shop.item.size").record(name.length());
    return items.count();
  }

  @GetMapping("/fail")
  public String fail() {
    throw new IllegalStateException("asked to fail");
  }

  @GetMapping("/start")
  public void start() {
    poller.getObject().start();
  }

  @GetMapping("/stop")
  public void stop() {
    poller.getObject().stop();
  }

  @GetMapping("/collect")
  public void collect() {
    System.gc();
  }

  @Bean
  public MeterBinder memoryOfProcess() {
    return new ProcessMemoryMetrics();
  }

  @Bean
  public MeterBinder threadsOfProcess() {
    return new ProcessThreadMetrics();
  }

  @Bean
  public MessageChannel ticks() {
    return new DirectChannel();
  }

  @Bean
  @InboundChannelAdapter(channel = "ticks", poller = @Poller(fixedDelay = "100"))
  public Supplier<Integer> clock() {
    return sent::incrementAndGet;
  }

  @ServiceActivator(inputChannel = "ticks")
  public void take(Integer tick) {}

  public static void main(String[] arguments) {
    SpringApplication.run(WebApp.class, arguments);
  }
}
