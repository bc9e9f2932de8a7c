// SPDX-License-Identifier: Apache-2.0
package weir.task;

import io.micrometer.prometheus.rsocket.PrometheusRSocketClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the starter of Prometheus' RSocket client does, of which there is none for Spring Boot 3: pushes when the context closes. */
@Configuration
@ConditionalOnProperty("weir.rsocket.port")
class RSocketConnection {
  @Bean(destroyMethod = "pushAndCloseBlockingly")
  PrometheusRSocketClient rsocketClient(PrometheusMeterRegistry registry, @Value("${weir.rsocket.port}") int port) {
    return PrometheusRSocketClient.build(registry, registry::scrape, TcpClientTransport.create("127.0.0.1", port))
        .connectBlockingly(Duration.ofSeconds(30));
  }
}
