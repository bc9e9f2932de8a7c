// SPDX-License-Identifier: Apache-2.0
#include "workload.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <random>
#include <stdexcept>

#include <fmt/format.h>

namespace weir::bench {
namespace {

constexpr std::size_t kHosts = 100;
constexpr std::array kMoreTags = {"region:eu-west-1", "zone:eu-west-1a", "cluster:blue-17",
                                  "version:7.14.2",   "team:storefront", "tier:frontend",
                                  "runtime:jvm-21"};
constexpr std::size_t kTagsMax = 3 + kMoreTags.size();
constexpr std::size_t kTasksOfDag = 50;
constexpr std::string_view kValue = "{value}|";
// Observations lie between 1 ms and 4 s, gauges below 10,000.
constexpr double kObservationDoublings = 12;
constexpr std::uint64_t kGaugeEnd = 10'000;

void append_value(std::string& out, std::string_view kind, std::uint64_t random) {
  if (kind == "c") {
    out += '1';
  } else if (kind == "g") {
    fmt::format_to(std::back_inserter(out), "{}.5", random % kGaugeEnd);
  } else {
    const double share = static_cast<double>(random >> 11) * 0x1p-53;
    fmt::format_to(std::back_inserter(out), "{:.2f}", std::exp2(share * kObservationDoublings));
  }
}

void append_tags(std::string& out, std::size_t tags, std::size_t number) {
  if (tags == 0) return;
  const std::array first = {std::string("env:production"),
                            fmt::format("host:web-{:04}", number % kHosts),
                            fmt::format("endpoint:/api/v1/item{:03}", number / kHosts)};
  // With fewer tags than three the one that tells the most series apart comes first.
  for (std::size_t i = 0; i < tags; ++i) {
    out += i == 0 ? "|#" : ",";
    out += i < first.size() ? first[tags < first.size() ? first.size() - 1 - i : i]
                            : kMoreTags[i - first.size()];
  }
}

struct Line {
  std::string text;
  std::string_view kind;
};

Line standard_line(const WorkloadOptions& options, std::size_t series, std::uint64_t random) {
  const std::size_t family = series % options.families;
  const std::string& kind = options.kinds[family % options.kinds.size()];
  std::string text;
  fmt::format_to(std::back_inserter(text), "{}{:02}.requests_by_endpoint.i{:04}:", options.prefix,
                 options.first_service + family % options.services, family);
  append_value(text, kind, random);
  text += '|';
  text += kind;
  append_tags(text, options.tags, series / options.families);
  return {std::move(text), kind};
}

// What stands behind the value of a shape.
std::string_view kind_of(std::string_view shape) {
  const auto value = shape.find(kValue);
  if (value == std::string_view::npos) throw std::invalid_argument("a shape without {value}|");
  const auto kind = shape.substr(value + kValue.size());
  return kind.substr(0, kind.find('|'));
}

Line shaped_line(const WorkloadOptions& options, std::size_t series, std::uint64_t random) {
  const std::string_view shape = options.shapes[series % options.shapes.size()];
  const std::string_view kind = kind_of(shape);
  const std::size_t number = series / options.shapes.size();
  std::string value;
  append_value(value, kind, random);
  return {fmt::format(fmt::runtime(shape), fmt::arg("dag", number / kTasksOfDag),
                      fmt::arg("task", number % kTasksOfDag), fmt::arg("number", number),
                      fmt::arg("value", value)),
          kind};
}

}  // namespace

Totals Totals::operator-(const Totals& other) const {
  return {datagrams - other.datagrams, lines - other.lines,   bytes - other.bytes,
          counters - other.counters,   gauges - other.gauges, observations - other.observations};
}

Workload::Workload(const WorkloadOptions& options) {
  if (options.series == 0 || options.families == 0 || options.services == 0 ||
      options.kinds.empty() || options.tags > kTagsMax) {
    throw std::invalid_argument("no such workload");
  }
  if (options.shapes.empty() && options.tags == 0 && options.series > options.families) {
    throw std::invalid_argument("without tags each series is a family");
  }
  std::vector<std::size_t> order(options.series);
  std::iota(order.begin(), order.end(), options.first_series);
  std::mt19937_64 random(options.seed);
  for (std::size_t lines = 0; lines == 0 || lines < options.lines_min; lines += order.size()) {
    if (lines == 0 || options.order == LineOrder::Random) {
      std::shuffle(order.begin(), order.end(), random);
    }
    for (const std::size_t series : order) {
      const Line line = options.shapes.empty() ? standard_line(options, series, random())
                                               : shaped_line(options, series, random());
      add_line(line.text, line.kind, options.datagram_bytes);
    }
  }
  end_datagram();
}

void Workload::add_line(std::string_view line, std::string_view kind, std::size_t datagram_bytes) {
  const std::size_t size = bytes_.size() - begins_.back();
  if (open_.lines > 0 && size + 1 + line.size() > datagram_bytes) end_datagram();
  if (open_.lines > 0) bytes_ += '\n';
  bytes_ += line;
  ++open_.lines;
  ++(kind == "c" ? open_.counters : kind == "g" ? open_.gauges : open_.observations);
}

void Workload::end_datagram() {
  const Totals& before = sums_.back();
  sums_.push_back({before.datagrams + 1, before.lines + open_.lines,
                   before.bytes + bytes_.size() - begins_.back(), before.counters + open_.counters,
                   before.gauges + open_.gauges, before.observations + open_.observations});
  open_ = {};
  bytes_ += '\n';
  begins_.push_back(bytes_.size());
}

std::string_view Workload::datagram(std::uint64_t number) const {
  const std::size_t at = number % size();
  return {bytes_.data() + begins_[at], begins_[at + 1] - begins_[at] - 1};
}

std::string_view Workload::stretch(std::uint64_t number, std::size_t count) const {
  const std::size_t at = number % size();
  return {bytes_.data() + begins_[at], begins_[at + count] - begins_[at]};
}

std::size_t Workload::left_in_lap(std::uint64_t number) const { return size() - number % size(); }

Totals Workload::totals(std::uint64_t datagrams) const {
  const std::uint64_t laps = datagrams / size();
  const Totals& lap = sums_.back();
  const Totals& rest = sums_[datagrams % size()];
  return {laps * lap.datagrams + rest.datagrams, laps * lap.lines + rest.lines,
          laps * lap.bytes + rest.bytes,         laps * lap.counters + rest.counters,
          laps * lap.gauges + rest.gauges,       laps * lap.observations + rest.observations};
}

std::uint64_t Workload::datagrams_for(std::uint64_t from, std::uint64_t lines) const {
  const std::uint64_t target = totals(from).lines + lines;
  const std::uint64_t laps = target / sums_.back().lines;
  const auto place =
      std::lower_bound(sums_.begin(), sums_.end(), target % sums_.back().lines,
                       [](const Totals& sum, std::uint64_t wanted) { return sum.lines < wanted; });
  return laps * size() + static_cast<std::uint64_t>(place - sums_.begin()) - from;
}

}  // namespace weir::bench
