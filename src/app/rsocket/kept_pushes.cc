// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/kept_pushes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::app {

void KeptPushes::keep(std::uint64_t connection, SharedPage page, base::TimePoint now) {
  const auto earlier = pushes_.find(connection);
  if (earlier != pushes_.end()) drop(earlier, PageOutcome::Replaced);
  if (pushes_.size() >= limits_.pushes_max) {
    drop(std::ranges::min_element(pushes_, {}, [](const auto& push) { return push.second.since; }),
         PageOutcome::Expired);
  }
  pushes_.insert_or_assign(connection, Push{std::move(page), now});
  note_size();
}

std::vector<SharedPage> KeptPushes::show() {
  std::vector<SharedPage> pages;
  pages.reserve(pushes_.size());
  for (auto push = pushes_.begin(); push != pushes_.end();) {
    pages.push_back(push->second.page);
    const bool is_last = ++push->second.scrapes == limits_.scrapes_max;
    push = is_last ? drop(push, PageOutcome::Shown) : std::next(push);
  }
  note_size();
  return pages;
}

void KeptPushes::drop_expired(base::TimePoint now) {
  for (auto push = pushes_.begin(); push != pushes_.end();) {
    const bool is_over = now - push->second.since >= limits_.time_max;
    push = is_over ? drop(push, PageOutcome::Expired) : std::next(push);
  }
  note_size();
}

// Its outcome is `otherwise` only if no scrape has shown it.
KeptPushes::Position KeptPushes::drop(Position push, PageOutcome otherwise) {
  counts_.note_push(push->second.scrapes > 0 ? PageOutcome::Shown : otherwise);
  return pushes_.erase(push);
}

void KeptPushes::note_size() { counts_.pushes_kept.store(pushes_.size()); }

}  // namespace weir::app
