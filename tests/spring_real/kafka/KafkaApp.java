// SPDX-License-Identifier: Apache-2.0
package weir.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.EnableKafkaStreams;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Sends a word every 100 ms to the topic `words`, and counts the words of that. */
@SpringBootApplication
@EnableKafkaStreams
@EnableScheduling
public class KafkaApp {
  private static final String[] WORDS = {"time", "filter", "log"};
  private final KafkaTemplate<String, String> template;
  private final AtomicLong sent = new AtomicLong();

  public KafkaApp(KafkaTemplate<String, String> template) {
    this.template = template;
  }

  @Bean
  public NewTopic topicOfWords() {
    return new NewTopic("words", 1, (short) 1);
  }

  @Bean
  public NewTopic topicOfCounts() {
    return new NewTopic("counts", 1, (short) 1);
  }

  @Bean
  public KStream<String, String> words(StreamsBuilder builder) {
    KStream<String, String> words = builder.stream("words");
    words.groupBy((key, word) -> word).count().toStream().mapValues(count -> Long.toString(count)).to("counts");
    return words;
  }

  @Scheduled(fixedRate = 100)
  public void send() {
    template.send("words", WORDS[(int) (sent.incrementAndGet() % WORDS.length)]);
  }

  public static void main(String[] arguments) {
    SpringApplication.run(KafkaApp.class, arguments);
  }
}
