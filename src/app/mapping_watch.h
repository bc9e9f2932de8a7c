// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "weir/base/log.h"

namespace weir::app {

// What distinguishes one state of a file from another without reading it. The change time is part
// of it because a copy can keep size and modification time.
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
// loaded last, and is as it was at the look before, for until then it may be being written. A
// missing file is no reason to load, and no change when it is back as it was. It counts as missing
// when two looks do not find it: some programs remove a file before they write it.
class ChangeDetector {
 public:
  using Look = std::optional<FileSignature>;

  // `loaded` is what the file was like just before it was loaded.
  explicit ChangeDetector(Look loaded) : loaded_(loaded), last_seen_(loaded) {}

  // Takes the next look. When true, the file counts as loaded from then on, whatever comes of it.
  [[nodiscard]] bool is_to_load(const Look& seen);
  // The file, which looks like `seen`, is about to be loaded for another reason.
  void note_load(const Look& seen);
  [[nodiscard]] bool is_missing() const { return is_missing_; }

 private:
  Look loaded_;
  Look last_seen_;
  bool is_missing_ = false;
};

// Asks for a reload when the mapping file has changed, and reports when it is gone. It looks at the
// file by its name in equal intervals, and does not use inotify: that is silent on network file
// systems and for the lower layer of an overlay, and it watches an inode, while a Kubernetes
// ConfigMap swaps a symlink two levels above the file. Looking once per interval costs one system
// call; on a network file system that hangs, it hangs too.
//
// Main thread. `main` and `log` must outlive the watch, and `main` no longer run when the watch is
// destroyed.
class MappingWatch {
 public:
  // Takes its first look here: build it before the file is loaded, so that no change gets between.
  MappingWatch(boost::asio::io_context& main, std::string path, std::chrono::nanoseconds interval,
               const base::Log& log, std::function<void()> on_change);
  MappingWatch(const MappingWatch&) = delete;
  MappingWatch& operator=(const MappingWatch&) = delete;

  void start();
  // No call comes after this.
  void stop();
  // To be called before a load that the watch has not asked for, which spares a second one.
  void note_load() { detector_.note_load(look_at(path_)); }
  // As of the last look.
  [[nodiscard]] bool is_missing() const { return detector_.is_missing(); }

 private:
  void look_later();
  void look();

  const std::string path_;
  const std::chrono::nanoseconds interval_;
  const base::Log& log_;
  const std::function<void()> on_change_;
  ChangeDetector detector_;
  boost::asio::steady_timer timer_;
  bool is_running_ = false;
};

}  // namespace weir::app
