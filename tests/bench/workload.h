// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::bench {

enum class LineOrder : std::uint8_t {
  // Each repetition shuffles the series anew.
  Random,
  // All repetitions keep the first order, as a client does that sends all that it has again and
  // again.
  Repeated,
};

// Which lines, and how they are packed. The defaults make the *standard line* of the report:
// `shop.service07.requests_by_endpoint.i0421:1|c|#env:production,host:web-0001,endpoint:/api/...`.
struct WorkloadOptions {
  // A series is a family (a name) and a number in it, which becomes its host and endpoint.
  std::size_t families = 1'000;
  std::size_t series = 10'000;
  // Moves all series on, to make new ones beside those of another run.
  std::size_t first_series = 0;
  // Families are spread over so many values of the second segment.
  std::size_t services = 100;
  std::size_t first_service = 0;
  std::string prefix = "shop.service";
  // Types in the order in which families take turns.
  std::vector<std::string> kinds = {"c"};
  std::size_t tags = 3;
  // Lines of other shapes, which take turns, in place of all of the above but the numbers of
  // series: `ti.start.dag_{dag}.task_{task}:{value}|c`. `{number}` is the series' own among those
  // of its shape; 50 of them in a row are the tasks of one `{dag}`.
  std::vector<std::string> shapes;
  // Lines are packed into datagrams of at most this size; 0 sends each alone.
  std::size_t datagram_bytes = 0;
  // Small sets of series are repeated up to so many lines.
  std::size_t lines_min = 1U << 16;
  LineOrder order = LineOrder::Random;
  std::uint64_t seed = 1;
};

struct Totals {
  std::uint64_t datagrams = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t counters = 0;
  std::uint64_t gauges = 0;
  std::uint64_t observations = 0;

  Totals operator-(const Totals& other) const;
};

// Everything that a run sends, made in advance: a lap over all series in seeded random order, once
// or more often, which the sender repeats. Counters are sent as 1.
class Workload {
 public:
  explicit Workload(const WorkloadOptions& options);

  // How many datagrams a lap has.
  [[nodiscard]] std::size_t size() const { return begins_.size() - 1; }
  // Datagram `number`, counted over all laps.
  [[nodiscard]] std::string_view datagram(std::uint64_t number) const;
  // `count` datagrams that lie behind each other in one lap, as one stretch of a stream, each with
  // a newline behind it.
  [[nodiscard]] std::string_view stretch(std::uint64_t number, std::size_t count) const;
  // The most datagrams that `stretch` can take from `number` on.
  [[nodiscard]] std::size_t left_in_lap(std::uint64_t number) const;

  // What the first `datagrams` datagrams hold together.
  [[nodiscard]] Totals totals(std::uint64_t datagrams) const;
  // How many datagrams hold `lines` lines more than the first `from` do.
  [[nodiscard]] std::uint64_t datagrams_for(std::uint64_t from, std::uint64_t lines) const;

 private:
  void add_line(std::string_view line, std::string_view kind, std::size_t datagram_bytes);
  void end_datagram();

  std::string bytes_;
  std::vector<std::size_t> begins_ = {0};
  // Behind each datagram of a lap; the first is empty.
  std::vector<Totals> sums_ = {Totals{}};
  Totals open_;
};

}  // namespace weir::bench
