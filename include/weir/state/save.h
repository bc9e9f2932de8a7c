// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/store.h"

namespace weir::state {

// One save of a store to a file. The main thread reads the store in short slices, between which it
// does other things; another thread computes checksums and writes. While a save lives nothing of
// the store is freed, so it must not be left waiting. Main thread.
class Save {
 public:
  enum class Progress : std::uint8_t {
    More,     // call `advance` again soon
    Waiting,  // the disk is slower than the store is read: call again a few milliseconds later
    Read,     // all is handed over; `on_end` is called when it is on the disk
  };

  // What is saved is what the store holds when a slice gets there; idle times and windows are those
  // of `now`. `on_end` is called on another thread, once, when the file is written or has failed.
  // `store` outlives the save.
  // `pushed` are groups as push::GroupStore saves them, which come after the series.
  Save(metrics::Store& store, const std::string& path, base::Instant now,
       std::function<void()> on_end, std::vector<std::string> pushed = {});
  // Gives up what is not finished; waits for the system call under way.
  ~Save();
  Save(const Save&) = delete;
  Save& operator=(const Save&) = delete;

  // One slice, of less than a millisecond.
  Progress advance();
  // Waits until the file is written or has failed; false when `deadline` comes first.
  [[nodiscard]] bool wait(base::TimePoint deadline) const;

  // Reads and writes nothing more; it is done when the system call under way has ended.
  void give_up();

  [[nodiscard]] bool is_done() const;
  // Of one that is done: "" when the file was written.
  [[nodiscard]] std::string error() const;
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::uint64_t series() const;
  [[nodiscard]] base::Instant began() const { return began_; }

 private:
  struct Parts;
  const base::Instant began_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::state
