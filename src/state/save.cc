// SPDX-License-Identifier: Apache-2.0
#include "weir/state/save.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "state/encoder.h"
#include "state/file_writer.h"
#include "weir/metrics/series_walk.h"

namespace weir::state {

namespace {

// Whichever comes first ends a slice. The time is looked at after so many steps, each of which is
// a series.
constexpr std::chrono::milliseconds kSliceTime{1};
constexpr std::size_t kStepsTogether = 16;
constexpr std::size_t kSliceBytes = std::size_t{64} << 10;
// What may wait for the disk.
constexpr std::size_t kWaitingBytesMax = std::size_t{8} << 20;

}  // namespace

struct Save::Parts {
  Parts(metrics::Store& store, const std::string& path, base::Instant now,
        std::function<void()> on_end, std::vector<std::string> groups)
      : walk(std::in_place, store, now.monotonic),
        writer(path, now.unix_time, std::move(on_end), groups.empty() ? kSeriesVersion : kVersion),
        pushed(std::move(groups)) {}

  // None when all is read.
  std::optional<metrics::SeriesWalk> walk;
  Encoder encoder;
  FileWriter writer;
  std::vector<std::string> pushed;
};

Save::Save(metrics::Store& store, const std::string& path, base::Instant now,
           std::function<void()> on_end, std::vector<std::string> pushed)
    : began_(now),
      parts_(std::make_unique<Parts>(store, path, now, std::move(on_end), std::move(pushed))) {}

Save::~Save() = default;

Save::Progress Save::advance() {
  auto& [walk, encoder, writer, pushed] = *parts_;
  // One that has failed reads nothing more.
  if (!walk || writer.is_done()) {
    walk.reset();
    return Progress::Read;
  }
  if (writer.waiting_bytes() > kWaitingBytesMax) return Progress::Waiting;
  const std::size_t bytes_end = encoder.size() + kSliceBytes;
  const base::TimePoint time_end = base::Clock::now() + kSliceTime;
  for (std::size_t i = 1; encoder.size() < bytes_end; ++i) {
    if (i % kStepsTogether == 0 && base::Clock::now() >= time_end) break;
    if (walk->advance(encoder)) continue;
    walk.reset();
    for (const std::string& group : pushed) {
      if (encoder.size() >= kBlockBytes) writer.push(encoder.take());
      encoder.on_pushed(group);
    }
    writer.push(encoder.take());
    writer.finish(encoder.series());
    return Progress::Read;
  }
  if (encoder.size() >= kBlockBytes) writer.push(encoder.take());
  return Progress::More;
}

void Save::give_up() {
  parts_->walk.reset();
  parts_->writer.cancel();
}

bool Save::wait(base::TimePoint deadline) const { return parts_->writer.wait(deadline); }
bool Save::is_done() const { return parts_->writer.is_done(); }
std::string Save::error() const { return parts_->writer.error(); }
std::uint64_t Save::bytes() const { return parts_->writer.bytes(); }
std::uint64_t Save::series() const { return parts_->encoder.series(); }

}  // namespace weir::state
