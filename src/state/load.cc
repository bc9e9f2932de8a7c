// SPDX-License-Identifier: Apache-2.0
#include "weir/state/load.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "state/descriptor.h"
#include "state/file_reader.h"
#include "weir/base/errno.h"
#include "weir/metrics/naming.h"

namespace weir::state {

namespace {

class FileSource final : public Source {
 public:
  FileSource(int descriptor, const std::stop_token& stop) : descriptor_(descriptor), stop_(stop) {}

  // Ends early when the load is given up.
  std::size_t read(char* to, std::size_t size) override {
    while (!stop_.stop_requested()) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return 0;
    }
    return 0;
  }

 private:
  int descriptor_;
  const std::stop_token& stop_;
};

// Looks at all of a file before any of it is used.
class NumberCollector final : public metrics::StateVisitor {
 public:
  void on_family(const metrics::FamilyState& /*family*/) override {}
  void on_label_names(const metrics::LabelNamesState& label_names) override {
    numbers.push_back(label_names.number);
  }
  void on_series(std::uint32_t /*label_names*/, const metrics::SeriesState& series) override {
    for (const auto& gauge : series.gauges) numbers.push_back(gauge.number);
  }

  std::vector<std::uint32_t> numbers;
};

// Passes on what the names of this process allow. Label names are numbered from 0 without gaps, so
// that the numbers do not grow from one process to the next.
class Filter final : public metrics::StateVisitor {
 public:
  Filter(metrics::Restorer& restorer, std::vector<std::uint32_t> numbers,
         base::NameValidation names)
      : restorer_(restorer), numbers_(std::move(numbers)), names_(names) {
    std::ranges::sort(numbers_);
    // Not std::ranges::unique: clang 14 does not compile what GCC 12's library makes of it.
    numbers_.erase(std::unique(numbers_.begin(), numbers_.end()), numbers_.end());
  }

  void on_family(const metrics::FamilyState& family) override {
    is_family_refused_ = names_ == base::NameValidation::Legacy &&
                         metrics::underscored_name(family.name) != family.name;
    are_label_names_refused_.clear();
    restorer_.on_family(family);
  }
  void on_label_names(const metrics::LabelNamesState& label_names) override {
    const bool has_quotes = label_names.names.find('"') != std::string_view::npos;
    are_label_names_refused_.push_back(names_ == base::NameValidation::Legacy && has_quotes);
    metrics::LabelNamesState ranked = label_names;
    ranked.number = rank(label_names.number);
    restorer_.on_label_names(ranked);
  }
  void on_series(std::uint32_t label_names, const metrics::SeriesState& series) override {
    if (is_family_refused_ || are_label_names_refused_[label_names]) {
      ++refused;
      return;
    }
    if (series.gauges.empty()) return restorer_.on_series(label_names, series);
    metrics::SeriesState ranked = series;
    for (auto& gauge : ranked.gauges) gauge.number = rank(gauge.number);
    restorer_.on_series(label_names, ranked);
  }

  void on_pushed(std::string_view group) override { pushed.emplace_back(group); }

  std::uint64_t refused = 0;
  std::vector<std::string> pushed;

 private:
  [[nodiscard]] std::uint32_t rank(std::uint32_t number) const {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(numbers_, number) -
                                      numbers_.begin());
  }

  metrics::Restorer& restorer_;
  std::vector<std::uint32_t> numbers_;
  const base::NameValidation names_;
  bool is_family_refused_ = false;
  std::vector<bool> are_label_names_refused_;
};

// For a log line: what became of the file.
std::string set_aside(const std::string& path, std::string_view suffix) {
  std::string aside = path + std::string(suffix);
  if (::rename(path.c_str(), aside.c_str()) == 0) return aside;
  return fmt::format("cannot be renamed: {}", base::errno_text(errno));
}

LoadResult refuse(const std::string& path, const ReadResult& read, const base::Log& log) {
  const bool is_newer = read.verdict == Verdict::Newer;
  log.error(is_newer ? "The state file is of a newer version of weir, starting without it"
                     : "The state file is damaged, starting without it",
            {{"file", path},
             {"error", read.reason},
             {"set_aside", set_aside(path, is_newer ? ".newer" : ".damaged")}});
  return {is_newer ? Loaded::Newer : Loaded::Damaged};
}

ReadResult unreadable(std::string reason) {
  ReadResult result;
  result.verdict = Verdict::Damaged;
  result.reason = std::move(reason);
  return result;
}

ReadResult unreadable(int error) {
  return unreadable(fmt::format("it cannot be read: {}", base::errno_text(error)));
}

// A pipe would never end, a directory never begin.
bool is_regular(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string seconds_text(std::chrono::nanoseconds duration) {
  return fmt::format("{:.3f}s", std::chrono::duration<double>(duration).count());
}

}  // namespace

LoadResult load(const std::string& path, metrics::Store& store, base::Instant now,
                base::NameValidation names, const base::Log& log, const std::stop_token& stop) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file && errno == ENOENT) {
    log.info("There is no state file yet, starting without one", {{"file", path}});
    return {};
  }
  if (!file) return refuse(path, unreadable(errno), log);
  if (!is_regular(file)) {
    return refuse(path, unreadable("it is no regular file"), log);
  }
  FileSource source(file.get(), stop);
  NumberCollector first_look;
  const ReadResult read = read_file(source, first_look);
  if (stop.stop_requested()) return {Loaded::GivenUp};
  if (read.verdict != Verdict::Good) return refuse(path, read, log);

  const auto away = std::clamp<std::chrono::nanoseconds>(now.unix_time - read.saved_at,
                                                         std::chrono::nanoseconds(0),
                                                         std::chrono::hours(24 * 365 * 50));
  metrics::Restorer restorer(store, now.monotonic, away);
  Filter filter(restorer, std::move(first_look.numbers), names);
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return refuse(path, unreadable(errno), log);
  const ReadResult again = read_file(source, filter);
  if (stop.stop_requested()) return {Loaded::GivenUp};
  // Another process writes to it.
  if (again.verdict != Verdict::Good) return refuse(path, again, log);

  LoadResult result{Loaded::Restored, restorer.counts(), std::move(filter.pushed)};
  const auto count = [&result](metrics::Restored what) -> std::uint64_t& {
    return result.series.at(static_cast<std::size_t>(what));
  };
  count(metrics::Restored::Refused) += filter.refused;
  log.info("State restored", {{"file", path},
                              {"series", std::to_string(count(metrics::Restored::Yes))},
                              {"expired", std::to_string(count(metrics::Restored::Expired))},
                              {"refused", std::to_string(count(metrics::Restored::Refused))},
                              {"conflicts", std::to_string(count(metrics::Restored::Conflict))},
                              {"age", seconds_text(away)}});
  return result;
}

}  // namespace weir::state
