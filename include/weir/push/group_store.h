// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weir/base/clock.h"
#include "weir/passthrough/family.h"
#include "weir/push/page.h"
#include "weir/push/stored_family.h"

namespace weir::push {

// The metrics that each group has in addition to what was pushed.
inline constexpr std::string_view kPushTime = "push_time_seconds";
inline constexpr std::string_view kFailureTime = "push_failure_time_seconds";

// What all groups may have together.
struct StoreLimits {
  std::size_t groups_max = 10'000;
  std::size_t series_max = 100'000;
  std::size_t bytes_max = std::size_t{128} << 20;
};

// One request to change a group.
struct Write {
  std::vector<passthrough::Label> group;  // as read_grouping gives it
  std::vector<passthrough::Family> families;
  // In place of everything that the group has, and not of families of the same names alone.
  bool replaces = false;
  // Whether it must fit to what the other groups have.
  bool is_checked = true;
  // How long the group stays after its last push; 0: until it is deleted.
  std::chrono::nanoseconds ttl{0};
};

enum class Written : std::uint8_t {
  Taken,
  Inconsistent,  // refused, and noted in the group's push_failure_time_seconds
  NoRoom,        // refused by a limit
};

struct WriteResult {
  Written written = Written::Taken;
  // What is wrong, in Pushgateway's words; "" when taken.
  std::string reason;
};

// What was pushed, in groups, each with the labels of its path (docs/push.md). One thread.
class GroupStore {
 public:
  using Families = std::map<std::string, std::shared_ptr<const StoredFamily>, std::less<>>;
  struct Group {
    std::vector<passthrough::Label> labels;
    // By name; those of push_time_seconds and push_failure_time_seconds are always there.
    Families families;
    std::chrono::nanoseconds ttl{0};
    base::UnixTime last_push;

    // The last push was not refused.
    [[nodiscard]] bool is_last_good() const;
  };
  // By labels.
  using Groups = std::map<std::string, Group>;

  GroupStore(const StoreLimits& limits, std::uint64_t seed) : limits_(limits), seed_(seed) {}

  WriteResult write(Write write, base::UnixTime now);
  void remove(const std::vector<passthrough::Label>& group);
  void clear();
  // Removes groups whose TTL has run out. Returns how many.
  std::size_t expire(base::UnixTime now);

  // A text for each group, for the state file; `restore` takes one back, false where it
  // is damaged or has no room. Times go on by the wall clock.
  [[nodiscard]] std::vector<std::string> save() const;
  bool restore(std::string_view saved, base::UnixTime now);

  [[nodiscard]] std::shared_ptr<const Page> page();
  [[nodiscard]] const Groups& groups() const { return groups_; }
  [[nodiscard]] std::size_t series() const { return series_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kTypes = 5;
  using Stored = std::shared_ptr<const StoredFamily>;

  // "" or what is wrong with `fresh` beside everything else.
  [[nodiscard]] std::string inconsistency(const Families& fresh, const Group* group,
                                          bool replaces) const;
  [[nodiscard]] std::string clash_of_series(const StoredFamily& family, const Group* group) const;
  [[nodiscard]] std::optional<passthrough::FamilyType> type_after(std::string_view name,
                                                                  const Families& fresh,
                                                                  const Group* group,
                                                                  bool replaces) const;
  [[nodiscard]] std::string clash_of_names(const StoredFamily& family, const Families& fresh,
                                           const Group* group, bool replaces) const;
  // "" or which limit has no room for `fresh` in place of what it replaces.
  [[nodiscard]] std::string lack_of_room(const Families& fresh, const Group* group,
                                         bool replaces) const;
  [[nodiscard]] Families stored_families(Write& write, base::UnixTime now) const;
  [[nodiscard]] Stored time_family(std::string_view name, const Group& group, base::UnixTime value,
                                   base::UnixTime now) const;
  Group& find_or_add(const std::vector<passthrough::Label>& labels, base::UnixTime now);
  bool restore_group(const Group& group, const Families& families, base::UnixTime now);
  void note_failure(const Write& write, base::UnixTime now);
  void put(Group& group, Stored family);
  void take_out(Group& group, Families::iterator place);
  void count(const StoredFamily& family, bool is_added);
  void erase(Groups::iterator place);

  const StoreLimits limits_;
  const std::uint64_t seed_;
  Groups groups_;
  // How many groups have a family of a name, by type.
  std::unordered_map<std::string, std::array<std::uint32_t, kTypes>> types_;
  // How many series have a hash: one, but without checks.
  std::unordered_map<std::uint64_t, std::uint32_t> hashes_;
  std::size_t series_ = 0;
  std::size_t bytes_ = 0;
  std::shared_ptr<const Page> page_;
};

}  // namespace weir::push
