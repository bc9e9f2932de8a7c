// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "state/format.h"
#include "weir/base/clock.h"

namespace weir::state {

// Writes one state file from a thread of its own: to `path.tmp` in the same folder, synced to the
// disk, then renamed, so that `path` is always a whole file. What fails leaves `path` as it was.
// Several processes may be given the same path: one writes at a time, and the others fail.
class FileWriter {
 public:
  // `on_end` is called on the writer's thread when it is done or has failed.
  FileWriter(std::string path, base::UnixTime saved_at, std::function<void()> on_end,
             std::uint32_t version = kSeriesVersion);
  // Gives up what is not finished. Waits for the system call under way.
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // Hands a block of records over. Any one thread.
  void push(std::string records);
  // Nothing comes any more; `series` series were in the blocks.
  void finish(std::uint64_t series);
  void cancel();

  // Bytes that were pushed and are not written yet. Any thread.
  [[nodiscard]] std::size_t waiting_bytes() const;
  // Until this is true, nothing that follows is known. Any thread.
  [[nodiscard]] bool is_done() const;
  // Waits for `is_done`, until `deadline`.
  bool wait(base::TimePoint deadline) const;
  // "" when the file was written.
  [[nodiscard]] std::string error() const;
  // Of the file.
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Shared {
    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    std::deque<std::string> blocks;
    std::size_t waiting_bytes = 0;
    std::uint64_t series = 0;
    bool is_finished = false;
    bool is_cancelled = false;
    bool is_done = false;
    std::string error;
    std::uint64_t bytes = 0;
  };
  class Writing;

  Shared shared_;
  std::thread thread_;
};

}  // namespace weir::state
