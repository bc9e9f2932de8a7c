// SPDX-License-Identifier: Apache-2.0
// From a line to samples, per dialect and per type, for good lines and bad ones. The unit is a
// line.
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "traffic.h"
#include "weir/statsd/line_parser.h"
#include "weir/statsd/tag_parser.h"

namespace weir::bench {
namespace {

class Discard final : public statsd::LineVisitor {
 public:
  void on_attempt() override {}
  void on_sample(const sample::Sample& sample) override { sum += sample.value; }
  void on_unknown_type(const sample::Sample&, std::string_view) override {}
  void on_rejection(statsd::Rejection, std::string_view) override { sum += 1; }
  void on_weight_capped() override {}
  void on_message(statsd::Message) override {}
  double sum = 0;
};

void parse(benchmark::State& state, const std::vector<std::string>& lines) {
  const statsd::LineParser parser({}, {});
  Discard discard;
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& line : lines) parser.parse(line, discard);
    benchmark::DoNotOptimize(discard.sum);
  }
  set_items(state, lines.size());
}

// The three tags of the standard line in every way to write them.
std::vector<std::string> tagged(std::string_view pattern) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < kHotSeries; ++i) {
    lines.push_back(fmt::format(fmt::runtime(pattern),
                                fmt::format("shop.service07.requests_by_endpoint.i{:04}", i),
                                fmt::format("web-{:04}", i % 100), fmt::format("item{:03}", i)));
  }
  return lines;
}

// What is only done when a name is new.
void parse_tags(benchmark::State& state, const std::vector<std::string>& lines) {
  const statsd::Dialects dialects;
  std::size_t bytes = 0;
  std::uint32_t errors = 0;
  const auto count = [&](std::string_view key, std::string_view value) {
    bytes += key.size() + value.size();
  };
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& line : lines) {
      statsd::parse_name_tags(std::string_view(line).substr(0, line.find(':')), dialects, count,
                              errors);
      sample::IdentityFields fields;
      const auto begin = line.find("|#");
      if (begin != std::string::npos && fields.add(std::string_view(line).substr(begin + 1))) {
        statsd::parse_field_tags(fields, dialects, count, errors);
      }
    }
    benchmark::DoNotOptimize(bytes);
  }
  set_items(state, lines.size());
}

constexpr std::string_view kDogstatsd = "{}:1|c|#env:live,host:{},endpoint:{}";
constexpr std::string_view kInfluxdb = "{},env=live,host={},endpoint={}:1|c";
constexpr std::string_view kLibrato = "{}#env=live,host={},endpoint={}:1|c";
constexpr std::string_view kSignalfx = "{}[env=live,host={},endpoint={}]:1|c";

// A mixture such as many services send to one daemon: no two lines alike.
const std::vector<std::string> kElevenLines = {
    "orders.placed:3|c",
    "stock.level.widgets:41|g",
    "render.page:187|ms",
    "cart.added:1|c|#shop:north,campaign:spring",
    "cart.removed:1|c|#shop:north,#campaign:spring",
    "cart.viewed:1|c|#7shop:x,visitor.kind:2",
    "mail.queued:5|c|@0.25|#shop:south,campaign:autumn",
    "mail.sent:5|c|@0.25|#shop:south:west",
    "db.query:12:48|ms:7|c|@0.5:30|g",
    "db.pool:4|c:9|ms",
    "a_rather_long_name_as_some_frameworks_make_them_from_class_names:21|c"};

std::vector<std::string> repeated(const std::vector<std::string>& lines, std::size_t times) {
  std::vector<std::string> all;
  for (; times > 0; --times) all.insert(all.end(), lines.begin(), lines.end());
  return all;
}

void parse_mixture(benchmark::State& state) {
  parse(state, repeated(kElevenLines, static_cast<std::size_t>(state.range(0))));
}

LineOptions only(const char* kind) {
  LineOptions options;
  options.kinds = {kind};
  return options;
}

BENCHMARK_CAPTURE(parse, plain, tagged("{}:1|c"));
BENCHMARK_CAPTURE(parse, dogstatsd, tagged(kDogstatsd));
BENCHMARK_CAPTURE(parse, influxdb, tagged(kInfluxdb));
BENCHMARK_CAPTURE(parse, librato, tagged(kLibrato));
BENCHMARK_CAPTURE(parse, signalfx, tagged(kSignalfx));
BENCHMARK_CAPTURE(parse, gauge, standard_lines(kHotSeries, only("g")));
BENCHMARK_CAPTURE(parse, timer, standard_lines(kHotSeries, only("ms")));
BENCHMARK_CAPTURE(parse, sampled, tagged("{}:12.5|ms|@0.25"));
BENCHMARK_CAPTURE(parse, packed, tagged("{}:12:17.5:3:41|ms"));
BENCHMARK_CAPTURE(parse, no_value, tagged("{}"));
BENCHMARK_CAPTURE(parse, bad_value, tagged("{}:one|c"));
BENCHMARK_CAPTURE(parse, unknown_type, tagged("{}:1|x"));
BENCHMARK_CAPTURE(parse, mixed_styles, tagged("{},env=live:1|c|#host:{},endpoint:{}"));
BENCHMARK(parse_mixture)->Arg(1)->Arg(5)->Arg(50);
BENCHMARK_CAPTURE(parse_tags, plain, tagged("{}:1|c"));
BENCHMARK_CAPTURE(parse_tags, dogstatsd, tagged(kDogstatsd));
BENCHMARK_CAPTURE(parse_tags, influxdb, tagged(kInfluxdb));
BENCHMARK_CAPTURE(parse_tags, librato, tagged(kLibrato));
BENCHMARK_CAPTURE(parse_tags, signalfx, tagged(kSignalfx));

}  // namespace
}  // namespace weir::bench
