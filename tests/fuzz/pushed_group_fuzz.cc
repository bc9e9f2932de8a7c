// SPDX-License-Identifier: Apache-2.0
// Whatever the path of a push says, and whatever a state file has for a pushed group, it is read or
// refused. A group that is restored is saved as one that can be restored again.
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/push/group_store.h"
#include "weir/push/grouping.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::push;
  constexpr StoreLimits kLimits{.groups_max = 4, .series_max = 100, .bytes_max = 100'000};
  constexpr weir::base::UnixTime kNow{std::chrono::seconds(1'700'000'000)};
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const bool is_base64 : {false, true}) {
    const auto labels = read_grouping(
        {std::string_view(text).substr(0, size / 2), is_base64, "/" + text.substr(size / 2)});
    assert(labels ? !labels->empty() : !labels.error().empty());
  }
  GroupStore store(kLimits, 1);
  if (!store.restore(text, kNow)) {
    assert(store.groups().empty());
    return 0;
  }
  assert(store.series() <= kLimits.series_max && store.bytes() <= kLimits.bytes_max);
  GroupStore again(kLimits, 2);
  for (const std::string& saved : store.save()) assert(again.restore(saved, kNow));
  assert(again.save() == store.save());
  return 0;
}
