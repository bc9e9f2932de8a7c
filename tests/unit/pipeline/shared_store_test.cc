// SPDX-License-Identifier: Apache-2.0
// Several workers on one store, while the main thread scrapes and takes expired series away.
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

constexpr std::size_t kWorkers = 2;
constexpr int kBatches = 150;
constexpr int kSeries = 20;

constexpr const char* kMapping = R"(
mappings:
- {match: classic.*, name: classic, observer_type: histogram, histogram_options: {native_histogram_bucket_factor: 1}}
- {match: native.*, name: native, observer_type: histogram}
- {match: up.*, name: up, as: gauge}
- {match: both.*, name: both, ttl: 1s, labels: {of: $1}, observer_type: both, summary_options: {quantiles: []}}
- {match: pair, name: pair, observer_type: both, summary_options: {quantiles: []}}
- {match: total.*, name: total, as: set, labels: {of: $1}}
- {match: shared_total, name: shared_total, as: set}
- {match: brief.*, name: brief, ttl: 1s, labels: {number: $1}}
)";

std::string datagram_of(std::size_t worker, int batch) {
  std::string text =
      fmt::format("brief.b{}:1|c\ntotal.w{}:{}|c\nshared_total:{}|c\nboth.b{}:1|h\npair:1|h",
                  batch % 50, worker, 1'000 + batch, 1'000 + batch, batch % 50);
  for (int i = 0; i < kSeries; ++i) {
    text +=
        fmt::format("\nhits:1|c|#by:s{}\nlevel.w{}:{}|g\nup.x:+1|c\ndelta:+1|g", i, worker, batch);
    text += fmt::format("\ntook:{}|ms|#by:s{}\nclassic.x:{}|h\nnative.x:{}|d|@0.5", i, i, i, i);
  }
  return text;
}

TEST(SharedStore, CountsWhatAllWorkersSend) {
  PipelineHarness harness(kMapping);
  std::array<std::unique_ptr<Pipeline>, kWorkers> pipelines;
  for (auto& pipeline : pipelines) {
    pipeline = std::make_unique<Pipeline>(harness.current, harness.store, PipelineOptions{});
  }
  std::atomic<int> batches_done{0};
  std::array<std::thread, kWorkers> threads;
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    threads[worker] = std::thread([&, worker] {
      for (int batch = 0; batch < kBatches; ++batch) {
        const std::string datagram = datagram_of(worker, batch);
        {
          Pipeline::Batch taken(*pipelines[worker], harness.now + std::chrono::seconds(batch));
          taken.datagram(datagram);
        }
        ++batches_done;
      }
    });
  }
  while (batches_done < static_cast<int>(kWorkers) * kBatches) {
    const base::TimePoint now =
        harness.now + std::chrono::seconds(batches_done / static_cast<int>(kWorkers));
    harness.store.mark_expired(now);
    static_cast<void>(harness.samples());
    harness.store.finish_expiry(now);
  }
  for (std::thread& thread : threads) thread.join();

  const std::string page = "\n" + harness.samples();
  const int sent = static_cast<int>(kWorkers) * kBatches;
  const auto has = [&page](const std::string& line) {
    EXPECT_NE(page.find("\n" + line + "\n"), std::string::npos) << line;
  };
  for (int i = 0; i < kSeries; ++i) {
    has(fmt::format("hits{{by=\"s{}\"}} {}", i, sent));
    has(fmt::format("took_count{{by=\"s{}\"}} {}", i, sent));
  }
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    has(fmt::format("level_w{} {}", worker, kBatches - 1));
    has(fmt::format("total{{of=\"w{}\"}} {}", worker, 1'000 + kBatches - 1));
    EXPECT_EQ(pipelines[worker]->ledger().lines.value(), kBatches * (7 * kSeries + 5U));
  }
  has(fmt::format("shared_total {}", 1'000 + kBatches - 1));
  has(fmt::format("pair_count {}", sent));
  has(fmt::format("pair_summary_count {}", sent));
  has(fmt::format("up {}", sent * kSeries));
  has(fmt::format("delta {}", sent * kSeries));
  has(fmt::format("classic_count {}", sent * kSeries));
  has(fmt::format("native_count {}", 2 * sent * kSeries));
}

}  // namespace
}  // namespace weir::pipeline
