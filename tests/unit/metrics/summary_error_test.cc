// SPDX-License-Identifier: Apache-2.0
// How far the quantiles of a summary may be from the exact ones.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ck_vectors.h"
#include "plain_sketch.h"
#include "rounds.h"
#include "weir/metrics/summary.h"

namespace weir::metrics {
namespace {

using std::chrono::seconds;

constexpr base::TimePoint kFirstMoment{seconds(1000)};
// Ten minutes in five streams.
constexpr int kStreams = 5;
constexpr seconds kPeriod{120};

using Weighted = std::pair<double, std::uint32_t>;

enum class ErrorOrder : std::uint8_t { Sorted, Reversed, Random, Skewed, Constant };

std::vector<Weighted> make_observations(ErrorOrder order, std::size_t size, bool has_weights) {
  std::mt19937 random(size);
  std::vector<Weighted> made;
  made.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const auto place = static_cast<double>(i);
    const std::uint32_t weight = has_weights ? 1 + static_cast<std::uint32_t>(random() % 20) : 1;
    double value = 0;
    switch (order) {
      case ErrorOrder::Sorted: value = place; break;
      case ErrorOrder::Reversed: value = -place; break;
      case ErrorOrder::Random: value = static_cast<double>(random()); break;
      // Most of them alike, and a long tail.
      case ErrorOrder::Skewed:
        value = std::floor(1e6 / (1 + static_cast<double>(random() % 1'000'000)));
        break;
      case ErrorOrder::Constant: value = 42; break;
    }
    made.emplace_back(value, weight);
  }
  return made;
}

double weight_of(const std::vector<Weighted>& observations) {
  return std::accumulate(observations.begin(), observations.end(), 0.0,
                         [](double sum, const Weighted& one) { return sum + one.second; });
}

// By how many ranks the nearest observation of `answer` is away from `quantile`.
double rank_error(const std::vector<Weighted>& window, double quantile, double answer) {
  double below = 0;
  double equal = 0;
  for (const auto& [value, weight] : window) {
    if (value < answer) below += weight;
    if (value == answer) equal += weight;
  }
  EXPECT_GT(equal, 0) << answer << " was never observed";
  const double wanted = quantile * weight_of(window);
  if (wanted < below + 1) return below + 1 - wanted;
  return std::max(0.0, wanted - below - equal);
}

void expect_close(const std::vector<Weighted>& window, const Definition& definition,
                  const Summary::Reading& reading, const std::string& where) {
  // Of rounding to whole ranks, both ways.
  constexpr double kRanks = 2;
  for (std::size_t i = 0; i < definition.objectives.size(); ++i) {
    const auto [quantile, error] = definition.objectives[i];
    EXPECT_LE(rank_error(window, quantile, reading.quantiles[i]),
              2 * error * weight_of(window) + kRanks)
        << quantile << " of " << window.size() << where;
  }
}

Definition make_definition(std::vector<Objective> objectives) {
  Definition definition;
  definition.type = Type::Summary;
  definition.objectives = std::move(objectives);
  definition.max_age = kStreams * kPeriod;
  definition.age_buckets = kStreams;
  return definition;
}

const std::vector<std::vector<Objective>>& objective_sets() {
  static const std::vector<std::vector<Objective>> kSets = {
      default_objectives(),
      {{0.5, 0.01}},
      {{0.25, 0.02}, {0.5, 0.05}, {0.75, 0.02}, {0.95, 0.005}, {0.99, 0.002}}};
  return kSets;
}

struct Case {
  std::string name;
  ErrorOrder order;
  bool has_weights;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }

class SummaryError : public testing::TestWithParam<Case> {};

TEST_P(SummaryError, IsAtMostTwiceTheOneAskedFor) {
  for (const std::size_t size : {1U, 10U, 499U, 500U, 501U, 999U, 5'000U, support::rounds(30'000U),
                                 support::rounds(200'000U)}) {
    const auto observations = make_observations(GetParam().order, size, GetParam().has_weights);
    for (const auto& objectives : objective_sets()) {
      const Definition definition = make_definition(objectives);
      Summary summary(definition, kFirstMoment);
      for (const auto& [value, weight] : observations) summary.observe(value, weight, kFirstMoment);
      Summary::Reading reading;
      summary.read(kFirstMoment, reading);
      expect_close(observations, definition, reading, "");
      EXPECT_EQ(static_cast<double>(reading.count), weight_of(observations));
    }
  }
}

// What one stream answers after it was sent `sent` since it was emptied, when it was also asked
// after the first `asked` of it.
std::vector<double> answers_of_plain_stream(const std::vector<Weighted>& sent, std::size_t asked,
                                            const Definition& definition) {
  constexpr std::size_t kBatch = 500;
  PlainSketch plain(definition.objectives);
  std::vector<Observation> batch;
  std::vector<double> answers;
  const auto merge = [&] {
    std::sort(batch.begin(), batch.end(), [](const Observation& left, const Observation& right) {
      return left.value < right.value;
    });
    plain.merge(batch);
    batch.clear();
  };
  for (std::size_t i = 0; i < sent.size(); ++i) {
    batch.push_back({sent[i].first, sent[i].second, 0});
    if (batch.size() == kBatch) merge();
    if (i + 1 != asked && i + 1 != sent.size()) continue;
    answers.clear();
    for (const Objective& objective : definition.objectives) {
      // Every question compresses once more.
      merge();
      answers.push_back(plain.query(objective.quantile));
    }
  }
  return answers;
}

TEST_P(SummaryError, StaysSoWhileTheWindowMoves) {
  constexpr int kPeriods = 12;
  constexpr std::size_t kPerPeriod = 3'000;
  constexpr std::size_t kAskedAfter = 1'100;
  const auto observations =
      make_observations(GetParam().order, kPeriods * kPerPeriod, GetParam().has_weights);
  for (const auto& objectives : objective_sets()) {
    const Definition definition = make_definition(objectives);
    Summary summary(definition, kFirstMoment);
    Summary::Reading reading;
    for (int period = 0; period < kPeriods; ++period) {
      const base::TimePoint now = kFirstMoment + period * kPeriod + seconds(60);
      const auto at = [&](int of) {
        return observations.begin() + static_cast<std::ptrdiff_t>(of * kPerPeriod);
      };
      // Asked on the way too, which merges what is collected so far.
      for (std::size_t i = 0; i < kPerPeriod; ++i) {
        const auto& [value, weight] = at(period)[static_cast<std::ptrdiff_t>(i)];
        summary.observe(value, weight, now);
        if (i + 1 == kAskedAfter) summary.read(now, reading);
      }
      summary.read(now, reading);
      const std::vector<Weighted> window(at(std::max(0, period - kStreams + 1)), at(period + 1));
      const std::size_t asked = window.size() - kPerPeriod + kAskedAfter;
      EXPECT_EQ(reading.quantiles, answers_of_plain_stream(window, asked, definition)) << period;
      expect_close(window, definition, reading, " in period " + std::to_string(period));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, SummaryError,
                         testing::Values(Case{"Sorted", ErrorOrder::Sorted, false},
                                         Case{"Reversed", ErrorOrder::Reversed, false},
                                         Case{"Random", ErrorOrder::Random, false},
                                         Case{"Skewed", ErrorOrder::Skewed, false},
                                         Case{"Constant", ErrorOrder::Constant, false},
                                         Case{"SortedWeighted", ErrorOrder::Sorted, true},
                                         Case{"ReversedWeighted", ErrorOrder::Reversed, true},
                                         Case{"RandomWeighted", ErrorOrder::Random, true},
                                         Case{"ConstantWeighted", ErrorOrder::Constant, true}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace weir::metrics
