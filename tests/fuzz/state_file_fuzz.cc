// SPDX-License-Identifier: Apache-2.0
// Whatever bytes a state file has, what is taken of them is good for a store: it can be scraped,
// added to, saved again, and is then the same. The first byte says whether the bytes are a whole
// file, or records in a frame whose checksums are right.
#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "state/encoder.h"
#include "state/file_reader.h"
#include "state/framing.h"
#include "weir/metrics/restorer.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/series_walk.h"
#include "weir/metrics/store.h"

namespace {

using namespace weir;
using namespace std::chrono_literals;

class TextSource final : public state::Source {
 public:
  explicit TextSource(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t got = std::min(size, rest_.size());
    if (got > 0) std::memcpy(to, rest_.data(), got);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
};

// Reads every value, and every byte of every text.
class Reader final : public metrics::ReadingVisitor {
 public:
  void on_family(const metrics::FamilyReading& family) override {
    add(family.name);
    add(family.help);
    add(family.unit);
  }
  void on_series(const metrics::SeriesReading& series) override {
    add(series.labels);
    sum += series.observations() + series.quantiles.size();
    if (series.native != nullptr) sum += series.native->positive.spans.size();
    ++count;
  }
  void on_family_end() override {}

  std::uint64_t count = 0;
  std::uint64_t sum = 0;

 private:
  void add(std::string_view text) {
    for (const char c : text) sum += static_cast<unsigned char>(c);
  }
};

constexpr base::UnixTime kStart{1'700'000'000s};

struct Process {
  metrics::Store store{{}, {"weir_own"}, 1, {base::TimePoint(1h), kStart}};
  base::TimePoint now{1h};

  void restore(std::string_view file, std::chrono::seconds away) {
    TextSource source(file);
    metrics::Restorer restorer(store, now, away);
    static_cast<void>(state::read_file(source, restorer));
  }
  std::uint64_t scrape() {
    Reader reader;
    metrics::Scrape pass(store, {}, {});
    while (pass.advance(reader, now, 100)) {
    }
    return reader.count;
  }
  std::string file() {
    state::Encoder encoder;
    {
      metrics::SeriesWalk walk(store, now);
      while (walk.advance(encoder)) {
      }
    }
    return framed(encoder.take(), encoder.series());
  }
  static std::string framed(const std::string& records, std::uint64_t series) {
    state::Framing framing;
    std::string file = framing.header(kStart);
    if (!records.empty()) file += framing.block_header(records) + records;
    return file + framing.trailer(series);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Process process;
  process.restore(data[0] % 2 == 0 ? bytes : Process::framed(bytes, data[0]), 1s);
  const std::uint64_t series = process.scrape();

  Process next;
  next.restore(process.file(), 0s);
  assert(next.scrape() == series);
  process.now += 24h;
  process.store.mark_expired(process.now);
  process.store.finish_expiry(process.now);
  process.scrape();
  return 0;
}
