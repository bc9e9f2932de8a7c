// SPDX-License-Identifier: Apache-2.0
#include "app/tap/capture_source.h"

#include <algorithm>
#include <utility>

#include "app/version.h"
#include "weir/capture/writer.h"

namespace weir::app {

namespace {

// The rings hold what comes in meanwhile.
constexpr std::chrono::milliseconds kPollInterval{20};
constexpr std::chrono::seconds kNoteInterval{1};
constexpr std::size_t kPieceBytes = 65'536;

}  // namespace

std::chrono::milliseconds CaptureSource::poll_interval() const { return kPollInterval; }

bool CaptureSource::next(std::string& chunk) {
  if (!has_begun_) {
    if (!tap_->has_begun()) return !tap_->has_ended();
    begin(chunk);
  }
  const bool is_over = tap_->has_ended() || base::Clock::now() >= ends_;
  if (is_over) {
    tap_->close();
    if (!lost_at_end_) lost_at_end_ = tap_->lost();
  }
  const std::size_t before = chunk.size();
  while (chunk.size() - before < kPieceBytes) {
    const auto record = tap_->front();
    if (!record) {
      if (!is_over) {
        note_lost(chunk);
        return true;
      }
      const auto now = std::min(base::Clock::now(), ends_);
      capture::Writer(chunk).end(
          {.seconds = seconds_at(now), .records = records_, .lost = *lost_at_end_});
      return false;
    }
    if (record->time <= ends_) add(chunk, *record);
    tap_->pop();
  }
  note_lost(chunk);
  return true;
}

void CaptureSource::begin(std::string& chunk) {
  has_begun_ = true;
  started_ = base::Instant::now();
  ends_ = started_.monotonic + tap_->request().time;
  const std::chrono::duration<double> seconds = started_.unix_time.time_since_epoch();
  capture::Writer(chunk).begin(seconds.count(), "weir " + std::string(kVersion));
}

void CaptureSource::add(std::string& chunk, const TapRecord& record) {
  const std::string sender = record.sender_text();
  capture::Writer(chunk).record({.seconds = seconds_at(record.time),
                                 .transport = name_of(record.kind),
                                 .sender = sender,
                                 .listener = record.listener,
                                 .bytes = record.bytes});
  ++records_;
}

void CaptureSource::note_lost(std::string& chunk) {
  const auto now = base::Clock::now();
  if (now < notes_next_ || lost_at_end_) return;
  notes_next_ = now + kNoteInterval;
  const std::uint64_t lost = tap_->lost();
  if (std::exchange(noted_lost_, lost) == lost) return;
  capture::Writer(chunk).note_lost(seconds_at(now), lost);
}

double CaptureSource::seconds_at(base::TimePoint time) const {
  return std::max(0.0, std::chrono::duration<double>(time - started_.monotonic).count());
}

}  // namespace weir::app
