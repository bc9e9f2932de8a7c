// SPDX-License-Identifier: Apache-2.0
import io.micrometer.prometheus.rsocket.PrometheusController;
import io.micrometer.prometheus.rsocket.PrometheusControllerProperties;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** The Java proxy as its own main class makes it, of which the published jar has all but that. */
@EnableAutoConfiguration
@EnableConfigurationProperties(PrometheusControllerProperties.class)
@Import(PrometheusController.class)
public class JavaProxy {
  public static void main(String[] arguments) {
    SpringApplication.run(JavaProxy.class, arguments);
  }
}
