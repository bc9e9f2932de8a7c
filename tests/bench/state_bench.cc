// SPDX-License-Identifier: Apache-2.0
// What a save of a million series costs, and how long its longest slice holds up the main thread;
// and what the restore of such a file costs. The unit is a series. The save's time is the CPU of
// the whole process, the thread that writes included, and the disk's is not in it.
#include <algorithm>
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

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
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

// Returns the longest slice.
base::Clock::duration save(metrics::Store& store, const std::string& path) {
  base::Clock::duration longest{0};
  const auto timed = [&longest](const auto& work) {
    const auto begin = base::Clock::now();
    auto result = work();
    longest = std::max(longest, base::Clock::now() - begin);
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
  base::Clock::duration longest{0};
  for (auto iteration : state) {
    (void)iteration;
    const double before = cpu_seconds();
    longest = std::max(longest, save(content.store, file_path()));
    state.SetIterationTime(cpu_seconds() - before);
  }
  set_items(state, kSeries);
  state.counters["longest_slice_ms"] = std::chrono::duration<double, std::milli>(longest).count();
  std::remove(file_path().c_str());
}
BENCHMARK(save_1m_counters)->Unit(benchmark::kMillisecond)->UseManualTime();

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
