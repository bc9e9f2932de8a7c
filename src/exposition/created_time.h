// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "weir/base/clock.h"

namespace weir::exposition {

// A point in time as google.protobuf.Timestamp has it.
struct CreatedTime {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};

[[nodiscard]] inline CreatedTime created_time(base::UnixTime created) {
  const std::chrono::nanoseconds unix_time = created.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unix_time);
  return {seconds.count(), static_cast<std::int32_t>((unix_time - seconds).count())};
}

// What is made of the times at which series were made, such as a text of them: kept for those asked
// for last. Series are made many at a time, and those of a few times are neighbours on a page. One
// thread.
template <class Made>
class MadeOfCreated {
 public:
  // `make(created, made)` makes it, for a time that it is not kept for, of what was made before.
  template <class Make>
  const Made& get(base::UnixTime created, const Make& make) {
    constexpr std::chrono::milliseconds kTenth{100};
    const auto tenths = created.time_since_epoch() / kTenth;
    Entry& entry = entries_[static_cast<std::size_t>(tenths) % kEntries];
    if (entry.created != created) {
      entry.created = created;
      make(created, entry.made);
    }
    return entry.made;
  }

 private:
  // By the tenth of a second, which is what times are known to.
  static constexpr std::size_t kEntries = 16;
  struct Entry {
    base::UnixTime created = base::UnixTime::max();
    Made made{};
  };

  std::array<Entry, kEntries> entries_;
};

// As the Prometheus text formats and protobuf have the times of samples.
[[nodiscard]] inline std::int64_t unix_milliseconds(base::UnixTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace weir::exposition
