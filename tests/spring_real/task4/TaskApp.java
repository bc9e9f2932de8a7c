// SPDX-License-Identifier: Apache-2.0
package weir.task;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.task.configuration.EnableTask;
import org.springframework.context.annotation.Bean;

/** The task of Spring Boot 3, in the names of Spring Batch 6. */
@SpringBootApplication
@EnableTask
public class TaskApp {
  @Bean
  public Job job(JobRepository jobs, Step step) {
    return new JobBuilder("nightly", jobs).start(step).build();
  }

  @Bean
  public Step step(JobRepository jobs) {
    return new StepBuilder("load", jobs)
        .<Integer, Integer>chunk(2)
        .reader(new ListItemReader<>(List.of(1, 2, 3, 4, 5, 6)))
        .processor(TaskApp::doubled)
        .writer(chunk -> {})
        .build();
  }

  private static Integer doubled(Integer item) throws InterruptedException {
    Thread.sleep(700);
    return 2 * item;
  }

  public static void main(String[] arguments) {
    var context = SpringApplication.run(TaskApp.class, arguments);
    var registry = context.getBean(PrometheusMeterRegistry.class);
    int code = SpringApplication.exit(context);
    Measured.print(registry);
    System.exit(code);
  }
}
