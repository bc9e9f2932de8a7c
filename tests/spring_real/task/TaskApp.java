// SPDX-License-Identifier: Apache-2.0
package weir.task;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.springframework.batch.core.Job;
import org.springframework.batch.core.Step;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.item.support.ListItemReader;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.task.configuration.EnableTask;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;

/** Runs a job of one step, six items in chunks of two, 700 ms each, as a task. Tells at its end what it measured. */
@SpringBootApplication
@EnableTask
public class TaskApp {
  @Bean
  public Job job(JobRepository jobs, Step step) {
    return new JobBuilder("nightly", jobs).start(step).build();
  }

  @Bean
  public Step step(
      JobRepository jobs, @Qualifier("transactionManager") PlatformTransactionManager transactions) {
    return new StepBuilder("load", jobs)
        .<Integer, Integer>chunk(2, transactions)
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
    var registry = context.getBeanProvider(PrometheusMeterRegistry.class).getIfAvailable();
    int code = SpringApplication.exit(context);
    if (registry != null) Measured.print(registry);
    System.exit(code);
  }
}
