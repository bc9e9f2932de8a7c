// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "state/checksum.h"
#include "state/decoder.h"
#include "state/format.h"
#include "state_harness.h"

namespace weir::state {
namespace {

// One series of each kind, all of them with values.
void fill(Process& process) {
  static const auto kDefinitions = all_definitions();
  for (std::size_t kind = 0; kind < kDefinitions.size(); ++kind) {
    const std::string name = fmt::format("m{}", kind);
    const metrics::Definition& definition = kDefinitions[kind];
    const auto admission = process.admit({.name = name,
                                          .labels = "k=\"v\"",
                                          .label_names = "k",
                                          .help = "help",
                                          .definition = &definition,
                                          .source = {}});
    if (admission.header == nullptr) continue;
    if (definition.type == metrics::Type::Summary) {
      static_cast<metrics::SummarySeries*>(admission.header)->summary().observe(2, 3, process.now);
    }
    if (definition.type == metrics::Type::Histogram) {
      static_cast<metrics::HistogramSeries*>(admission.header)->observe(2, 3);
    }
    for (const metrics::GaugeKind of : admission.definition->published) {
      metrics::Definition gauge = definition_of(metrics::Type::Gauge);
      gauge.gauge = of;
      const std::string published = fmt::format("{}_{}", name, static_cast<int>(of));
      process.admit({.name = published,
                     .labels = "k=\"v\"",
                     .label_names = "k",
                     .help = "help",
                     .definition = &gauge,
                     .source = {},
                     .window_of = {admission.series, admission.version}});
    }
  }
}

TEST(StateFileOfSummaries, LeavesOutOneThatHoldsTooMuch) {
  metrics::Definition definition = definition_of(metrics::Type::Summary);
  definition.objectives = {{0.5, 0}};
  Encoder encoder;
  encoder.on_family({.name = "s", .help = "help", .unit = "", .type = metrics::Type::Summary});
  encoder.on_label_names({.names = "k", .definition = &definition});
  metrics::Summary::State state;
  state.window.emplace().streams.resize(definition.age_buckets);
  metrics::SeriesState series;
  series.labels = "k=\"small\"";
  series.value = state;
  encoder.on_series(0, series);
  // More than a block may have.
  state.window->streams[0].sketch.entries.resize(2'500'000);
  series.labels = "k=\"large\"";
  series.value = std::move(state);
  encoder.on_series(0, series);

  const std::uint64_t written = encoder.series();
  Process process;
  const ReadResult read = process.restore(framed(encoder.take(), written, process.unix_now()));
  EXPECT_EQ(read.verdict, Verdict::Good) << read.reason;
  EXPECT_EQ(process.count_of(metrics::Restored::Yes), 1U);
}

struct StateFile : ::testing::Test {
  StateFile() {
    fill(before);
    file = before.file();
    EXPECT_GT(file.size(), 1000U);
  }

  Process before;
  std::string file;
};

TEST_F(StateFile, IsDamagedWhereverItIsCutShort) {
  for (std::size_t size = 0; size < file.size(); ++size) {
    Process after;
    const ReadResult read = after.restore(file.substr(0, size));
    ASSERT_EQ(read.verdict, Verdict::Damaged) << size;
    ASSERT_FALSE(read.reason.empty());
    ASSERT_EQ(after.store.counts().series, 0);
  }
}

TEST_F(StateFile, IsDamagedWhicheverBitIsFlipped) {
  // Some bit of each byte, and each of eight bits of some.
  constexpr std::size_t kStep = 5;
  for (std::size_t bit = 0; bit < file.size() * 8; bit += kStep) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    Process after;
    ASSERT_EQ(after.restore(flipped).verdict, Verdict::Damaged) << bit;
    ASSERT_EQ(after.store.counts().series, 0);
  }
}

TEST_F(StateFile, IsDamagedWhenBytesFollowItsEnd) {
  Process after;
  EXPECT_EQ(after.restore(file + '\0').verdict, Verdict::Damaged);
  EXPECT_EQ(after.restore(file + file).verdict, Verdict::Damaged);
}

TEST_F(StateFile, IsDamagedWhenItIsOfAnotherProgram) {
  Process after;
  const ReadResult read = after.restore(std::string(1000, 'x'));
  EXPECT_EQ(read.verdict, Verdict::Damaged);
  EXPECT_EQ(read.reason, "it is no state file of weir");
}

TEST_F(StateFile, MayBeOfAStoreWithoutSeries) {
  Process empty;
  Process after;
  EXPECT_EQ(after.restore(empty.file()).verdict, Verdict::Good);
  EXPECT_EQ(after.store.counts().series, 0);
}

TEST_F(StateFile, OfANewerVersionIsKnownAsSuch) {
  std::string newer = file;
  const std::uint32_t version = kVersion + 1;
  newer.replace(kMagic.size(), 4, reinterpret_cast<const char*>(&version), 4);
  const std::size_t end = kHeaderBytes - 4;
  const std::uint32_t sum = checksum(std::string_view(newer).substr(0, end));
  newer.replace(end, 4, reinterpret_cast<const char*>(&sum), 4);
  Process after;
  const ReadResult read = after.restore(newer);
  EXPECT_EQ(read.verdict, Verdict::Newer);
  EXPECT_EQ(read.reason, "its format is 3, this version of weir reads up to 2");
}

// A block may hold as many bytes as it likes to say.
TEST_F(StateFile, TakesNoMemoryForWhatIsNotThere) {
  Framing framing;
  std::string lie = framing.header(before.unix_now());
  const std::uint32_t size = kBlockBytesMax;
  lie.append(reinterpret_cast<const char*>(&size), 4).append("abcd");
  Process after;
  EXPECT_EQ(after.restore(lie).verdict, Verdict::Damaged);
}

// What a file of version 1 says is the same for ever.
TEST(OldStateFile, OfVersionOneIsReadByEveryLaterVersion) {
  std::ifstream in(WEIR_GOLDEN_DIR "/state_version_1.bin", std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(golden.empty());
  Process before;
  fill(before);
  Process after;
  const ReadResult read = after.restore(golden);
  ASSERT_EQ(read.verdict, Verdict::Good) << read.reason;
  EXPECT_EQ(page(after.store, after.now), page(before.store, before.now));
}

// Bytes that a checksum calls right, and that are wrong all the same: whatever is taken of them is
// good enough to be counted on and shown.
TEST_F(StateFile, GivesAStoreNothingThatItCannotHold) {
  std::uint64_t series = 0;
  const std::string good = records_of(before.store, before.now, &series);
  std::mt19937_64 random(1);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
      bad[random() % bad.size()] = static_cast<char>(random() % 3 == 0 ? random() : 255);
    }
    Process after;
    refused +=
        after.restore(framed(bad, series, before.unix_now())).verdict == Verdict::Good ? 0 : 1;
    const auto lines = page(after.store, after.now + 1h);
    fill(after);
    ASSERT_GE(page(after.store, after.now + 2h).size(), lines.size());
  }
  EXPECT_GT(refused, 5'000);
}

}  // namespace
}  // namespace weir::state
