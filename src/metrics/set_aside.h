// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace weir::metrics {

// A list that a scrape may hold on to while its owner goes on changing it: copied when it is
// shared.
template <class List>
using Shared = std::shared_ptr<List>;

// Longer ones are set aside whole, as that takes no longer however long they are; shorter ones stay
// where they are and are copied.
constexpr std::size_t kSetAsideMin = 1024;

// Lists in no order.
template <class List>
using Lists = std::vector<Shared<List>>;

// Removes what `is_gone` says from a list that a scrape or a save may be reading.
template <class List, class Predicate>
void purge(Shared<List>& list, Predicate is_gone) {
  if (!list) return;
  if (list.use_count() > 1) list = std::make_shared<List>(*list);
  std::erase_if(*list, is_gone);
}

// One list of all that `lists` hold and `last`.
template <class List>
List joined(Lists<List> lists, List last) {
  for (Shared<List>& list : lists) {
    if (last.empty() && list.use_count() == 1) {
      last.swap(*list);
    } else {
      last.insert(last.end(), list->begin(), list->end());
    }
    list = nullptr;
  }
  return last;
}

// What a save took out of the lists of newcomers, of each of `Owner`, until a scrape puts it in
// order. A save reads such a list in slices; to copy it at once would keep the store's lock from
// workers for as long as a million handles take.
template <class Owner, class List>
class SetAside {
 public:
  // Moves `newcomers` over if they are many. Returns all that is set aside of `owner`.
  Lists<List> add(const Owner* owner, List& newcomers) {
    if (newcomers.size() > kSetAsideMin) {
      lists_[owner].push_back(std::make_shared<List>(std::move(newcomers)));
      newcomers = List();
    }
    return of(owner);
  }

  [[nodiscard]] Lists<List> of(const Owner* owner) const {
    const auto found = lists_.find(owner);
    return found == lists_.end() ? Lists<List>() : found->second;
  }

  // Gives up what is set aside of `owner`.
  Lists<List> take(const Owner* owner) {
    const auto found = lists_.find(owner);
    if (found == lists_.end()) return {};
    Lists<List> taken = std::move(found->second);
    lists_.erase(found);
    return taken;
  }

  // What is left of what was taken; nothing of a list that is empty.
  void put_back(const Owner* owner, Lists<List> lists) {
    std::erase_if(lists, [](const Shared<List>& list) { return list->empty(); });
    if (!lists.empty()) lists_.emplace(owner, std::move(lists));
  }

 private:
  boost::unordered_flat_map<const Owner*, Lists<List>> lists_;
};

}  // namespace weir::metrics
