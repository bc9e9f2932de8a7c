// SPDX-License-Identifier: Apache-2.0
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** A web application of Spring Boot with the starter for RSocket, and nothing of its own. */
@EnableAutoConfiguration
public class BootApp {
  public static void main(String[] arguments) {
    SpringApplication.run(BootApp.class, arguments);
  }
}
