// SPDX-License-Identifier: Apache-2.0
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.micrometer.prometheus.rsocket.PrometheusRSocketClient;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.util.retry.Retry;

/** Applications with the Prometheus RSocket client: PORT[,PORT] tcp|websocket COUNT SERIES NAME. Each connects to
 * each port. Reads `work`, `push`, `fire` or `stop` line by line. */
public class App {
  static final List<PrometheusRSocketClient> clients = new ArrayList<>();
  static final List<Counter> counters = new ArrayList<>();

  static ClientTransport transport(String kind, int port) {
    return kind.equals("websocket") ? WebsocketClientTransport.create("127.0.0.1", port)
                                    : TcpClientTransport.create("127.0.0.1", port);
  }

  static void make(String kind, String[] ports, String name, int series) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().commonTags("application.name", name);
    counters.add(Counter.builder("app.work").description("Work done.").register(registry));
    for (int i = 0; i < series; i++) {
      Counter.builder("app.filler").tag("number", String.valueOf(i)).tag("text", "x".repeat(80)).register(registry).increment(i);
    }
    for (String port : ports) connect(registry, transport(kind, Integer.parseInt(port)));
  }

  static void connect(PrometheusMeterRegistry registry, ClientTransport transport) {
    clients.add(PrometheusRSocketClient.build(registry, transport)
        .retry(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200)).maxBackoff(Duration.ofSeconds(1)))
        .doOnKeyReceived(() -> System.out.println("key"))
        .connectBlockingly(Duration.ofSeconds(10)));
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      make(arguments[1], arguments[0].split(","), arguments[4] + i, Integer.parseInt(arguments[3]));
    }
    System.out.println("connected");
    var lines = new java.io.BufferedReader(new java.io.InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null && !line.equals("stop"); line = lines.readLine()) {
      if (line.equals("work")) counters.forEach(Counter::increment);
      if (line.equals("push")) clients.forEach(PrometheusRSocketClient::pushAndCloseBlockingly);
      if (line.equals("fire")) clients.forEach(PrometheusRSocketClient::pushAndClose);
      System.out.println("did " + line);
    }
    System.exit(0);
  }
}
