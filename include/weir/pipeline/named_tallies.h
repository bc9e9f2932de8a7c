// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "weir/base/tally.h"
#include "weir/sample/sample.h"

namespace weir::pipeline {

// As it is in the label `type` of the daemon's own metrics.
[[nodiscard]] std::string_view event_kind_name(sample::EventKind kind);

// Counts by event kind and metric name, for as many names as allowed and about as many bytes of
// names; what comes after is counted together. One worker counts, any thread reads.
class NamedTallies {
 public:
  // The name under which everything past the limit is counted.
  static constexpr std::string_view kOtherName = "weir_other";
  // So many bytes names may have on average: their texts are held, and copied for each scrape.
  static constexpr std::size_t kNameBytesMean = 128;

  explicit NamedTallies(std::size_t names_max) : names_max_(names_max) {}

  // Where to count; stays good for the life of this object. Takes a lock: for first sight only.
  base::Tally& at(sample::EventKind kind, std::string_view name);

  using Visitor = std::function<void(sample::EventKind, std::string_view name, std::uint64_t)>;
  // Ordered by name, then kind. The names stay as long as this object.
  void visit(const Visitor& visitor) const;

  using NameVisitor = std::function<void(std::string_view name, std::uint64_t)>;
  // As `visit`, but what came after the first `names_max` is under kOtherName, and a name may come
  // once for each kind.
  void visit_first(std::size_t names_max, const NameVisitor& visitor) const;

 private:
  struct Entry {
    base::Tally tally;
    // How many there were before it.
    std::size_t place = 0;
  };

  [[nodiscard]] bool has_room_for(std::string_view name) const;

  std::size_t names_max_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, sample::EventKind>, Entry> tallies_;
  std::size_t name_bytes_ = 0;
};

}  // namespace weir::pipeline
