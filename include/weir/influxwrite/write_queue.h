// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

#include "weir/base/clock.h"

namespace weir::influxwrite {

// Lines that are written in one request, as they are sent: every attempt sends the same bytes.
struct Batch {
  std::string body;  // gzip
  std::uint64_t points = 0;
  base::TimePoint made;
};

// What was given up before a server took or refused it.
struct DroppedBatches {
  std::uint64_t batches = 0;
  std::uint64_t points = 0;

  void add(const Batch& batch) {
    ++batches;
    points += batch.points;
  }
};

// Batches that wait to be written, the oldest first. Bounded: a new one takes the place of the
// oldest that are not under way. One thread.
class WriteQueue {
 public:
  explicit WriteQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Returns what had to go for it, which is the new one where it does not fit at all.
  DroppedBatches push(Batch batch);
  // In front, in the order of the two: what a batch that was taken out has become.
  void put_back(Batch first, Batch second);
  // The oldest, which is under way from here on. Precondition: not empty.
  const Batch& begin_front();
  // It stays, and may be dropped again.
  void end_front() { is_front_under_way_ = false; }
  Batch take_front();
  // Those that were made before `time`; not one under way.
  DroppedBatches drop_before(base::TimePoint time);
  DroppedBatches drop_all();

  [[nodiscard]] bool empty() const { return batches_.empty(); }
  [[nodiscard]] std::size_t size() const { return batches_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t points() const { return points_; }

 private:
  void note(const Batch& batch);
  Batch take(std::list<Batch>::iterator at);

  const std::size_t bytes_max_;
  // One under way stays where it is, whatever becomes of the others.
  std::list<Batch> batches_;
  std::size_t bytes_ = 0;
  std::uint64_t points_ = 0;
  bool is_front_under_way_ = false;
};

}  // namespace weir::influxwrite
