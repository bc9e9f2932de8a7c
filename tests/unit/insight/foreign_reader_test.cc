// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/foreign_reader.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::insight {
namespace {

using sample::Protocol;
using testing::ElementsAre;

// The samples of a line, as `name=value key:value`.
std::vector<std::string> samples_of(Protocol protocol, std::string_view line) {
  ForeignReader reader;
  std::vector<std::string> samples;
  reader.read(protocol, line, [&](const sample::Sample& sample) {
    std::string text = fmt::format("{}={}", sample.name, sample.value);
    reader.read_tags(protocol, sample, [&text](std::string_view key, std::string_view value) {
      text += fmt::format(" {}:{}", key, value);
    });
    samples.push_back(std::move(text));
  });
  return samples;
}

TEST(ForeignReader, ReadsPoints) {
  EXPECT_THAT(samples_of(Protocol::Influx, R"(my\ cpu,host=a\,b,k=v idle=1,value=2,note="x" 17)"),
              ElementsAre("my cpu_idle=1 host:a,b k:v", "my cpu=2 host:a,b k:v"));
  EXPECT_THAT(samples_of(Protocol::Influx, "jobs,metric_type=counter,app=a value=3"),
              ElementsAre("jobs=3 app:a"));
}

TEST(ForeignReader, ReadsLinesOfWavefront) {
  EXPECT_THAT(samples_of(Protocol::Wavefront, R"("a.b" 7 1533531013 host=h "k"="v w")"),
              ElementsAre("a.b=7 source:h k:v w"));
  EXPECT_THAT(samples_of(Protocol::Wavefront, "!M #2 5 #1 6 d"), ElementsAre("d=5", "d=6"));
}

TEST(ForeignReader, SaysWhatCannotBeRead) {
  ForeignReader reader;
  const auto take = [](const sample::Sample&) { FAIL(); };
  EXPECT_FALSE(reader.read(Protocol::Influx, "cpu", take));
  EXPECT_FALSE(reader.read(Protocol::Wavefront, "cpu", take));
}

TEST(ForeignReader, ReadsAsManyNamesAsALineHas) {
  std::string line = "m ";
  for (int i = 0; i < 5000; ++i) line += fmt::format("{}field{:020}=1", i > 0 ? "," : "", i);
  EXPECT_EQ(samples_of(Protocol::Influx, line).size(), 5000U);
}

}  // namespace
}  // namespace weir::insight
