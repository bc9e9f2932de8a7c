// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/native_histogram.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native_vectors.h"

namespace weir::metrics {
namespace {

using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Definition definition_of(NativeOptions options, std::vector<double> bounds = {1, 10}) {
  Definition definition;
  definition.type = Type::Histogram;
  definition.bounds = std::move(bounds);
  definition.native = options;
  return definition;
}

struct Harness {
  explicit Harness(NativeOptions options, std::vector<double> bounds = {1, 10})
      : definition(definition_of(options, std::move(bounds))), histogram(definition, heap) {}

  NativeHistogram::Reading read() {
    NativeHistogram::Reading reading;
    histogram.read(reading);
    return reading;
  }

  HeapBudget heap;
  Definition definition;
  NativeHistogram histogram;
};

std::uint64_t observations(const NativeHistogram::Reading& reading) {
  std::uint64_t sum = 0;
  for (const auto count : reading.bucket_counts) sum += count;
  return sum;
}

std::uint64_t native_observations(const NativeReading& native) {
  std::uint64_t sum = native.zero_count;
  for (const auto count : native.negative.counts) sum += count;
  for (const auto count : native.positive.counts) sum += count;
  return sum;
}

void expect_same(const NativeReading& left, const NativeReading& right) {
  EXPECT_EQ(left.schema, right.schema);
  EXPECT_EQ(left.zero_count, right.zero_count);
  EXPECT_EQ(left.positive.spans, right.positive.spans);
  EXPECT_EQ(left.positive.counts, right.positive.counts);
  EXPECT_EQ(left.negative.spans, right.negative.spans);
  EXPECT_EQ(left.negative.counts, right.negative.counts);
}

TEST(NativeHistogram, CountsAsTheReference) {
  const auto vectors = read_native_vectors();
  ASSERT_GE(vectors.cases.size(), 15U);
  for (const auto& vector : vectors.cases) {
    SCOPED_TRACE(vector.text("case"));
    Harness harness({native_schema(vector.number("factor")),
                     static_cast<std::uint32_t>(vector.number("max_buckets"))});
    for (const double value : vector.numbers("values")) harness.histogram.observe(value, 1);

    const auto reading = harness.read();

    EXPECT_EQ(observations(reading), vector.number("count"));
    const double sum = vector.number("sum");
    EXPECT_TRUE(reading.sum == sum || (std::isnan(reading.sum) && std::isnan(sum)));
    EXPECT_EQ(reading.native.schema, vector.number("schema"));
    EXPECT_EQ(reading.native.zero_threshold, vector.number("zero_threshold"));
    EXPECT_EQ(reading.native.zero_count, vector.number("zero_count"));
    EXPECT_EQ(spans_text(reading.native.negative), vector.text("negative_spans"));
    EXPECT_EQ(deltas_text(reading.native.negative), vector.text("negative_deltas"));
    EXPECT_EQ(spans_text(reading.native.positive), vector.text("positive_spans"));
    EXPECT_EQ(deltas_text(reading.native.positive), vector.text("positive_deltas"));
  }
}

TEST(NativeSchema, IsTheReferences) {
  const auto schemas = read_native_vectors().schemas;
  ASSERT_GE(schemas.size(), 20U);
  for (const auto& [factor, schema] : schemas) EXPECT_EQ(native_schema(factor), schema) << factor;
}

// A weight is that many observations, also where each of them may halve the resolution.
TEST(NativeHistogram, TakesAWeightAsRepetition) {
  for (const std::uint32_t buckets_max : {1U, 3U, 100U}) {
    Harness weighted({3, buckets_max});
    Harness repeated({3, buckets_max});
    for (const double value : {1.0, 100.0, -3.0, 0.0, 1e9, 1e-9, kInfinity}) {
      for (const std::uint32_t weight : {2U, 3U, 1U}) {
        weighted.histogram.observe(value, weight);
        for (std::uint32_t i = 0; i < weight; ++i) repeated.histogram.observe(value, 1);
      }
    }

    const auto left = weighted.read();
    const auto right = repeated.read();

    expect_same(left.native, right.native);
    EXPECT_EQ(left.bucket_counts, right.bucket_counts);
  }
}

TEST(NativeHistogram, KeepsClassicBucketsBesideTheNativeOnes) {
  Harness harness({3, 256}, {1, 10});
  for (const double value : {-5.0, 1.0, 1.5, 10.0, 11.0, kInfinity, std::nan("")}) {
    harness.histogram.observe(value, 2);
  }

  const auto reading = harness.read();

  EXPECT_THAT(reading.bucket_counts, ElementsAre(4, 4, 6));
  EXPECT_TRUE(std::isnan(reading.sum));
  EXPECT_EQ(native_observations(reading.native), 12U);
}

TEST(NativeHistogram, GoesOnAfterItWasRead) {
  Harness read_often({3, 20});
  Harness read_once({3, 20});
  for (int i = 0; i < 1000; ++i) {
    const double value = std::exp2(i % 37 - 10);
    read_often.histogram.observe(value, 1);
    read_once.histogram.observe(value, 1);
    if (i % 7 == 0) read_often.read();
  }

  expect_same(read_often.read().native, read_once.read().native);
}

TEST(NativeHistogram, TellsWhatItTakesAndGivesItBack) {
  HeapBudget heap;
  const Definition definition = definition_of({8, 100'000});
  {
    NativeHistogram histogram(definition, heap);
    const std::size_t empty = heap.used;
    EXPECT_GE(empty, 3 * sizeof(std::uint64_t));
    histogram.observe(1, 1);
    const std::size_t one = heap.used;
    EXPECT_GT(one, empty);
    for (int i = 0; i < 10'000; ++i) histogram.observe(std::exp2(i / 100.0 - 50), 1);
    NativeHistogram::Reading reading;
    histogram.read(reading);
    EXPECT_GE(heap.used, reading.native.positive.spans.size() * 12 + one);
  }
  EXPECT_EQ(heap.used, 0U);
}

// A scraper refuses a histogram whose buckets do not add up to its count.
TEST(NativeHistogram, IsConsistentWheneverItIsRead) {
  constexpr int kObservations = 40'000;
  Harness harness({3, 30});
  std::atomic<bool> done{false};
  const auto observe = [&harness](int seed) {
    for (int i = 0; i < kObservations; ++i) {
      harness.histogram.observe((i * seed) % 1000 - 100, 1 + static_cast<std::uint32_t>(i % 2));
    }
  };
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!done) {
      const auto reading = harness.read();
      EXPECT_EQ(observations(reading), native_observations(reading.native));
      EXPECT_GE(observations(reading), last);
      last = observations(reading);
    }
  });
  std::thread first(observe, 7);
  std::thread second(observe, 13);
  first.join();
  second.join();
  done = true;
  reader.join();

  const auto reading = harness.read();

  EXPECT_EQ(observations(reading), 2 * kObservations * 3U / 2);
  EXPECT_EQ(native_observations(reading.native), observations(reading));
  EXPECT_LE(reading.native.positive.spans.size(), 30U);
}

TEST(ClassicBucket, IsTheFirstWhoseBoundIsNotBelow) {
  std::vector<double> bounds;
  for (int size = 0; size < 80; ++size) {
    for (int i = -1; i <= size; ++i) {
      EXPECT_EQ(classic_bucket(bounds, i), static_cast<std::size_t>(std::max(i, 0)));
      EXPECT_EQ(classic_bucket(bounds, i + 0.5),
                static_cast<std::size_t>(std::min(std::max(i + 1, 0), size)));
    }
    EXPECT_EQ(classic_bucket(bounds, std::nan("")), bounds.size());
    EXPECT_EQ(classic_bucket(bounds, kInfinity), bounds.size());
    EXPECT_EQ(classic_bucket(bounds, -kInfinity), 0U);
    bounds.push_back(size);
  }
}

}  // namespace
}  // namespace weir::metrics
