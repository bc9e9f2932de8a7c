// SPDX-License-Identifier: Apache-2.0
#include "app/mapping_watch.h"

#include <cassert>
#include <sys/stat.h>
#include <utility>

namespace weir::app {

namespace {

std::chrono::nanoseconds since_epoch(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::optional<FileSignature> look_at(const std::string& path) {
  struct stat status {};
  // Whatever the reason, a file that cannot be looked at cannot be loaded either.
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileSignature{.device = status.st_dev,
                       .inode = status.st_ino,
                       .bytes = status.st_size,
                       .modified = since_epoch(status.st_mtim),
                       .changed = since_epoch(status.st_ctim)};
}

bool ChangeDetector::is_to_load(const Look& seen) {
  const bool is_unchanged = seen == std::exchange(last_seen_, seen);
  is_missing_ = !seen && (is_unchanged || is_missing_);
  if (!seen || !is_unchanged || seen == loaded_) return false;
  loaded_ = seen;
  return true;
}

void ChangeDetector::note_load(const Look& seen) {
  loaded_ = seen;
  last_seen_ = seen;
}

MappingWatch::MappingWatch(boost::asio::io_context& main, std::string path,
                           std::chrono::nanoseconds interval, const base::Log& log,
                           std::function<void()> on_change)
    : path_(std::move(path)),
      interval_(interval),
      log_(log),
      on_change_(std::move(on_change)),
      detector_(look_at(path_)),
      timer_(main) {
  assert(interval_ > std::chrono::nanoseconds::zero());
}

void MappingWatch::start() {
  if (is_running_) return;
  is_running_ = true;
  look_later();
}

void MappingWatch::stop() {
  is_running_ = false;
  timer_.cancel();
}

void MappingWatch::look() {
  const bool was_missing = detector_.is_missing();
  const bool is_to_load = detector_.is_to_load(look_at(path_));
  if (detector_.is_missing() && !was_missing) {
    log_.warn("Mapping file is missing, the mapping in use stays", {{"file", path_}});
  }
  if (!detector_.is_missing() && was_missing) {
    log_.info("Mapping file is there again", {{"file", path_}});
  }
  if (is_to_load) on_change_();
}

void MappingWatch::look_later() {
  timer_.expires_after(std::chrono::duration_cast<boost::asio::steady_timer::duration>(interval_));
  timer_.async_wait([this](const boost::system::error_code& error) {
    // A wait that had ended before `stop` reports no error.
    if (error || !is_running_) return;
    look();
    if (is_running_) look_later();
  });
}

}  // namespace weir::app
