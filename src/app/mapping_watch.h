// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace weir::app {

// What tells one state of a file from another without reading it. The change time is part of it
// because a copy can keep size and modification time.
struct FileSignature {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t bytes = 0;
  std::chrono::nanoseconds modified{0};
  std::chrono::nanoseconds changed{0};
  bool operator==(const FileSignature&) const = default;
};

// The signature of the file that `path` leads to, through all symlinks; nothing when there is none.
[[nodiscard]] std::optional<FileSignature> look_at(const std::string& path);

// Decides from one look after another whether a file is to be loaded: when it differs from what was
// loaded last, and is as it was at the look before, for until then somebody may be writing it. A
// missing file is no reason to load, and no change when it is back as it was.
class ChangeDetector {
 public:
  using Look = std::optional<FileSignature>;

  // `loaded` is what the file was like just before it was loaded.
  explicit ChangeDetector(Look loaded) : loaded_(loaded), last_seen_(loaded) {}

  // Takes the next look. When true, the file counts as loaded from then on, whatever comes of it.
  [[nodiscard]] bool is_to_load(const Look& seen);
  // Somebody else is about to load the file, which looks like `seen`.
  void note_load(const Look& seen);

 private:
  Look loaded_;
  Look last_seen_;
};

// Asks for a reload when the mapping file has changed. It looks at the file by its name in equal
// intervals, and is not told of changes by inotify: that is silent on network file systems and for
// the lower layer of an overlay, and it watches an inode, while a Kubernetes ConfigMap swaps a
// symlink two levels above the file. Looking once per interval costs one system call; on a network
// file system that hangs, it hangs too.
//
// Main thread. `main` must outlive the watch, and no longer run when the watch is destroyed.
class MappingWatch {
 public:
  // Takes its first look here: build it before the file is loaded, so that no change gets between.
  MappingWatch(boost::asio::io_context& main, std::string path, std::chrono::nanoseconds interval,
               std::function<void()> on_change);
  MappingWatch(const MappingWatch&) = delete;
  MappingWatch& operator=(const MappingWatch&) = delete;

  void start();
  // No call comes after this.
  void stop();
  // To be called before a load that the watch has not asked for, which spares a second one.
  void note_load() { detector_.note_load(look_at(path_)); }

 private:
  void look_later();

  const std::string path_;
  const std::chrono::nanoseconds interval_;
  const std::function<void()> on_change_;
  ChangeDetector detector_;
  boost::asio::steady_timer timer_;
  bool is_running_ = false;
};

}  // namespace weir::app
