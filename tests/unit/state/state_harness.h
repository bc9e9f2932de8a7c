// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "state/encoder.h"
#include "state/file_reader.h"
#include "state/framing.h"
#include "weir/metrics/restorer.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/series_walk.h"
#include "weir/metrics/store.h"

namespace weir::state {

using namespace std::chrono_literals;

// Everything that a page can show, to the bit, a line for each family and series.
class Transcript final : public metrics::ReadingVisitor {
 public:
  void on_family(const metrics::FamilyReading& family) override {
    lines.push_back(fmt::format("{} {} {} {}", family.name, family.help, family.unit,
                                metrics::type_name(family.type)));
  }
  void on_series(const metrics::SeriesReading& series) override {
    std::string line = fmt::format("{{{}}} created={} value={:x}", series.labels,
                                   series.created.time_since_epoch().count(), bits(series.value));
    if (series.timestamp) {
      line += fmt::format(" at={}", series.timestamp->time_since_epoch().count());
    }
    line += fmt::format(" sum={:x} count={}", bits(series.sum), series.count);
    for (const double quantile : series.quantiles) line += fmt::format(" q={:x}", bits(quantile));
    for (const auto count : series.bucket_counts) line += fmt::format(" {}", count);
    if (series.native != nullptr) add_native(*series.native, line);
    lines.push_back(line);
  }
  void on_family_end() override {}
  std::vector<std::string> lines;

 private:
  static std::uint64_t bits(double number) {
    return number != number ? 0 : std::bit_cast<std::uint64_t>(number);
  }
  static void add_native(const metrics::NativeReading& native, std::string& line) {
    line += fmt::format(" schema={} zero={}", native.schema, native.zero_count);
    for (const auto* const buckets : {&native.positive, &native.negative}) {
      for (const auto& span : buckets->spans)
        line += fmt::format(" {}+{}", span.offset, span.length);
      for (const auto count : buckets->counts) line += fmt::format(" {}", count);
    }
  }
};

inline std::vector<std::string> page(metrics::Store& store, base::TimePoint now) {
  Transcript transcript;
  metrics::Scrape pass(store, {}, {});
  while (pass.advance(transcript, now, 100)) {
  }
  return transcript.lines;
}

// The bytes of a file, as many at a time as it likes.
class TextSource final : public Source {
 public:
  explicit TextSource(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t got = std::min({size, rest_.size(), std::size_t{1000}});
    if (got > 0) std::memcpy(to, rest_.data(), got);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
};

// A whole file of records.
inline std::string framed(const std::string& records, std::uint64_t series,
                          base::UnixTime saved_at) {
  Framing framing;
  std::string file = framing.header(saved_at);
  if (!records.empty()) file += framing.block_header(records) + records;
  return file + framing.trailer(series);
}

inline std::string records_of(metrics::Store& store, base::TimePoint now,
                              std::uint64_t* series = nullptr) {
  Encoder encoder;
  metrics::SeriesWalk walk(store, now);
  while (walk.advance(encoder)) {
  }
  if (series != nullptr) *series = encoder.series();
  return encoder.take();
}

// A process: its clocks and its store.
struct Process {
  explicit Process(std::chrono::nanoseconds since_epoch = 1'700'000'000s,
                   metrics::Budgets budgets = {})
      : started{base::TimePoint(since_epoch / 7), base::UnixTime(since_epoch)},
        now(started.monotonic),
        store(budgets, {"weir_own"}, 42 + static_cast<std::uint64_t>(since_epoch.count()),
              started) {}

  [[nodiscard]] base::UnixTime unix_now() const {
    return started.unix_time + (now - started.monotonic);
  }
  std::string file() {
    std::uint64_t series = 0;
    const std::string records = records_of(store, now, &series);
    return framed(records, series, unix_now());
  }
  // Starts with the state of another.
  ReadResult restore(std::string_view file) {
    TextSource source(file);
    struct Ignore final : metrics::StateVisitor {
      void on_family(const metrics::FamilyState& /*family*/) override {}
      void on_label_names(const metrics::LabelNamesState& /*names*/) override {}
      void on_series(std::uint32_t /*names*/, const metrics::SeriesState& /*series*/) override {}
    } ignore;
    ReadResult read = read_file(source, ignore);
    if (read.verdict != Verdict::Good) return read;
    const auto away = std::max<std::chrono::nanoseconds>(0s, unix_now() - read.saved_at);
    metrics::Restorer restorer(store, now, away);
    TextSource again(file);
    read = read_file(again, restorer);
    restored = restorer.counts();
    return read;
  }
  [[nodiscard]] std::uint64_t count_of(metrics::Restored what) const {
    return restored.at(static_cast<std::size_t>(what));
  }
  metrics::Admission admit(metrics::SeriesRequest request) {
    if (request.help.empty()) request.help = "help";
    return store.admit(request, now);
  }

  base::Instant started;
  base::TimePoint now;
  metrics::Store store;
  std::array<std::uint64_t, metrics::kRestoredCount> restored{};
};

inline metrics::Definition definition_of(metrics::Type type) {
  metrics::Definition definition;
  definition.type = type;
  return definition;
}

// One definition of each kind that there is.
inline std::vector<metrics::Definition> all_definitions() {
  using metrics::Type;
  std::vector<metrics::Definition> all{
      definition_of(Type::Counter),   definition_of(Type::Gauge),
      definition_of(Type::Gauge),     definition_of(Type::Summary),
      definition_of(Type::Summary),   definition_of(Type::Summary),
      definition_of(Type::Histogram), definition_of(Type::Histogram),
      definition_of(Type::Histogram)};
  all[2].has_timestamp = true;
  all[3].objectives = {{0.5, 0.05}, {0.99, 0.001}};
  all[5] = all[3];
  all[5].max_age = 60s;
  all[5].age_buckets = 3;
  all[5].published = {metrics::GaugeKind::Min, metrics::GaugeKind::Stddev};
  all[6].bounds = {0.1, 1, 10};
  all[7] = all[6];
  all[7].native = metrics::NativeOptions{3, 40};
  all[8] = all[7];
  all[8].published = {metrics::GaugeKind::Max};
  return all;
}

}  // namespace weir::state
