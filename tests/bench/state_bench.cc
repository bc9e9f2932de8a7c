// SPDX-License-Identifier: Apache-2.0
// What a save of a million series costs, and how long its longest slice holds up the main thread,
// or a worker that asks the store for a series; and what the restore of such a file costs. The unit
// is a series. The save's time is the CPU of the whole process, the thread that writes included,
// and the disk's is not in it.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include "instruments.h"
#include "traffic.h"
#include "weir/base/log.h"
#include "weir/state/load.h"
#include "weir/state/save.h"

namespace weir::bench {
namespace {

constexpr std::size_t kSeries = 1'000'000;

std::string file_path() { return "/tmp/weir-state-bench-" + std::to_string(::getpid()); }

double cpu_seconds(clockid_t of) {
  timespec used{};
  ::clock_gettime(of, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

struct Content {
  explicit Content(std::size_t count)
      : definition(counter_definition()), series(make_series(store, definition, count, now)) {
    for (auto* const header : series) static_cast<metrics::CounterSeries*>(header)->add(1);
  }

  base::TimePoint now = base::Clock::now();
  metrics::Definition definition;
  metrics::Store store{{}, {}, 1, base::Instant::now()};
  std::vector<metrics::SeriesHeader*> series;
};

// Returns the longest slice, in seconds of CPU time: another thread's turn is not its fault.
double save(metrics::Store& store, const std::string& path) {
  double longest = 0;
  const auto timed = [&longest](const auto& work) {
    const double begin = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    auto result = work();
    longest = std::max(longest, cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begin);
    return result;
  };
  const auto made = timed(
      [&] { return std::make_unique<state::Save>(store, path, base::Instant::now(), [] {}); });
  while (true) {
    const auto progress = timed([&] { return made->advance(); });
    if (progress == state::Save::Progress::Read) break;
    if (progress == state::Save::Progress::Waiting) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  if (!made->wait(base::Clock::now() + std::chrono::minutes(1)) || !made->error().empty()) {
    std::fprintf(stderr, "cannot save: %s\n", made->error().c_str());
  }
  return longest;
}

void save_1m_counters(benchmark::State& state) {
  Content content(kSeries);
  double longest = 0;
  for (auto iteration : state) {
    (void)iteration;
    const double before = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    longest = std::max(longest, save(content.store, file_path()));
    state.SetIterationTime(cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - before);
  }
  set_items(state, kSeries);
  state.counters["longest_slice_ms"] = longest * 1e3;
  std::remove(file_path().c_str());
}
BENCHMARK(save_1m_counters)->Unit(benchmark::kMillisecond)->UseManualTime();

// A million counters that no scrape has put in order, of one family or each of its own: the longest
// lists there are.
struct Unordered {
  explicit Unordered(bool is_one_family) {
    for (std::size_t i = 0; i < kSeries; ++i) {
      if (is_one_family) {
        labels = "a=\"" + std::to_string(i) + "\"";
      } else {
        name = "one" + std::to_string(i);
      }
      ask();
    }
  }

  // For the last series, as a worker does for a line that it does not know.
  void ask() {
    benchmark::DoNotOptimize(store.admit({.name = name,
                                          .labels = labels,
                                          .label_names = "a",
                                          .help = "",
                                          .definition = &definition,
                                          .source = {}},
                                         now));
  }

  metrics::Definition definition = counter_definition();
  base::TimePoint now = base::Clock::now();
  metrics::Store store{{}, {}, 1, base::Instant::now()};
  std::string name = "one";
  std::string labels = "a=\"0\"";
};

// The longest that a worker waits for an answer while `work` goes on, in milliseconds.
template <class Work>
double longest_answer(Unordered& series, Work work) {
  std::atomic<bool> is_over = false;
  base::Clock::duration longest{0};
  std::jthread worker([&] {
    while (!is_over) {
      const auto begin = base::Clock::now();
      series.ask();
      longest = std::max(longest, base::Clock::now() - begin);
    }
  });
  work();
  is_over = true;
  worker.join();
  return std::chrono::duration<double, std::milli>(longest).count();
}

// Each save is the first one. `longest_wait_ms` is the worker's; `idle_wait_ms` what it is for as
// long without a save, which is the machine's.
void receive_while_1m_counters_are_saved(benchmark::State& state, bool is_one_family) {
  double slice = 0;
  double wait = 0;
  double idle = 0;
  for (auto iteration : state) {
    (void)iteration;
    Unordered series(is_one_family);
    const auto begin = base::Clock::now();
    wait = std::max(wait, longest_answer(series, [&] {
                      slice = std::max(slice, save(series.store, file_path()));
                    }));
    const auto took = base::Clock::now() - begin;
    state.SetIterationTime(std::chrono::duration<double>(took).count());
    idle = std::max(idle, longest_answer(series, [&] { std::this_thread::sleep_for(took); }));
  }
  set_items(state, kSeries);
  state.counters["longest_slice_ms"] = slice * 1e3;
  state.counters["longest_wait_ms"] = wait;
  state.counters["idle_wait_ms"] = idle;
  std::remove(file_path().c_str());
}
BENCHMARK_CAPTURE(receive_while_1m_counters_are_saved, one_family, true)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();
BENCHMARK_CAPTURE(receive_while_1m_counters_are_saved, a_family_each, false)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime();

void restore_1m_counters(benchmark::State& state) {
  {
    Content content(kSeries);
    save(content.store, file_path());
  }
  const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt);
  for (auto iteration : state) {
    (void)iteration;
    const base::Instant now = base::Instant::now();
    state.PauseTiming();
    auto store =
        std::make_unique<metrics::Store>(metrics::Budgets(), std::vector<std::string>(), 1, now);
    state.ResumeTiming();
    const auto loaded = state::load(file_path(), *store, now, base::NameValidation::Legacy, log);
    state.PauseTiming();
    if (loaded.series[0] != kSeries) state.SkipWithError("not all was restored");
    store.reset();
    state.ResumeTiming();
  }
  set_items(state, kSeries);
  std::remove(file_path().c_str());
}
BENCHMARK(restore_1m_counters)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::bench
