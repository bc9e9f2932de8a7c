// SPDX-License-Identifier: Apache-2.0
#include "weir/push/group_store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::push {

namespace {

using passthrough::FamilyType;
using passthrough::Label;

// No label value has this byte, which UTF-8 does not have.
constexpr char kSeparator = '\xff';

std::string key_of(const std::vector<Label>& labels) {
  std::string key;
  for (const Label& label : labels) {
    key.append(label.name).push_back(kSeparator);
    key.append(label.value).push_back(kSeparator);
  }
  return key;
}

bool is_own(std::string_view name) { return name == kPushTime || name == kFailureTime; }

std::string_view help_of(std::string_view name) {
  return name == kPushTime ? "Last Unix time when changing this group in the Pushgateway succeeded."
                           : "Last Unix time when changing this group in the Pushgateway failed.";
}

double seconds_of(base::UnixTime time) {
  constexpr double kNanoseconds = 1e9;
  return static_cast<double>(time.time_since_epoch().count()) / kNanoseconds;
}

double value_of(const GroupStore::Families& families, std::string_view name) {
  const auto place = families.find(name);
  return place == families.end() ? 0 : place->second->series.front().value;
}

bool has_timestamp(const std::vector<passthrough::Family>& families) {
  return std::ranges::any_of(families, [](const passthrough::Family& family) {
    return std::ranges::any_of(family.samples, [](const passthrough::Sample& sample) {
      return sample.timestamp_ms.has_value();
    });
  });
}

}  // namespace

bool GroupStore::Group::is_last_good() const {
  return value_of(families, kFailureTime) <= value_of(families, kPushTime);
}

WriteResult GroupStore::write(Write write, base::UnixTime now) {
  const auto known = groups_.find(key_of(write.group));
  const Group* const group = known == groups_.end() ? nullptr : &known->second;
  const bool has_time = has_timestamp(write.families);
  const Families fresh = has_time ? Families() : stored_families(write, now);
  std::string reason = lack_of_room(fresh, group, write.replaces);
  if (!reason.empty()) return {Written::NoRoom, std::move(reason)};
  if (has_time) {
    reason = "pushed metrics must not have timestamps";
  } else if (write.is_checked) {
    reason = inconsistency(fresh, group, write.replaces);
  }
  if (!reason.empty()) {
    note_failure(write, now);
    return {Written::Inconsistent, std::move(reason)};
  }
  Group& target = find_or_add(write.group, now);
  if (write.replaces) {
    for (auto place = target.families.begin(); place != target.families.end();) {
      const auto here = place++;
      if (!is_own(here->first)) take_out(target, here);
    }
  }
  for (const auto& [name, family] : fresh) put(target, family);
  put(target, time_family(kPushTime, target, now, now));
  target.ttl = write.ttl;
  target.last_push = now;
  return {};
}

GroupStore::Families GroupStore::stored_families(Write& write, base::UnixTime now) const {
  Families fresh;
  for (passthrough::Family& family : write.families) {
    if (is_own(family.name)) continue;
    auto stored = std::make_shared<StoredFamily>();
    stored->series = passthrough::gather_series(family);
    stored->name = std::move(family.name);
    stored->help = std::move(family.help);
    stored->type = family.type;
    stored->pushed = now;
    complete(*stored, write.group, seed_);
    fresh.insert_or_assign(stored->name, std::move(stored));
  }
  return fresh;
}

GroupStore::Stored GroupStore::time_family(std::string_view name, const Group& group,
                                           base::UnixTime value, base::UnixTime now) const {
  auto family = std::make_shared<StoredFamily>();
  family->name = name;
  family->help = help_of(name);
  family->type = FamilyType::Gauge;
  family->pushed = now;
  family->series.push_back({{}, seconds_of(value)});
  complete(*family, group.labels, seed_);
  return family;
}

GroupStore::Group& GroupStore::find_or_add(const std::vector<Label>& labels, base::UnixTime now) {
  const auto [place, is_new] = groups_.try_emplace(key_of(labels));
  Group& group = place->second;
  if (!is_new) return group;
  group.labels = labels;
  group.last_push = now;
  put(group, time_family(kPushTime, group, {}, now));
  put(group, time_family(kFailureTime, group, {}, now));
  return group;
}

void GroupStore::note_failure(const Write& write, base::UnixTime now) {
  Group& group = find_or_add(write.group, now);
  group.ttl = std::max(group.ttl, write.ttl);
  put(group, time_family(kFailureTime, group, now, now));
}

void GroupStore::put(Group& group, Stored family) {
  const auto place = group.families.find(family->name);
  if (place != group.families.end()) take_out(group, place);
  count(*family, true);
  group.families.emplace(family->name, std::move(family));
  page_ = nullptr;
}

void GroupStore::take_out(Group& group, Families::iterator place) {
  count(*place->second, false);
  group.families.erase(place);
  page_ = nullptr;
}

void GroupStore::count(const StoredFamily& family, bool is_added) {
  auto& types = types_[family.name];
  auto& of_type = types.at(static_cast<std::size_t>(family.type));
  of_type += is_added ? 1 : -1;
  if (std::ranges::all_of(types, [](std::uint32_t groups) { return groups == 0; })) {
    types_.erase(family.name);
  }
  for (const std::uint64_t hash : family.hashes) {
    const auto place = hashes_.try_emplace(hash).first;
    place->second += is_added ? 1 : -1;
    if (place->second == 0) hashes_.erase(place);
  }
  series_ += is_added ? family.series.size() : -family.series.size();
  bytes_ += is_added ? family.bytes : -family.bytes;
}

void GroupStore::erase(Groups::iterator place) {
  for (const auto& [name, family] : place->second.families) count(*family, false);
  groups_.erase(place);
  page_ = nullptr;
}

void GroupStore::remove(const std::vector<Label>& group) {
  const auto place = groups_.find(key_of(group));
  if (place != groups_.end()) erase(place);
}

void GroupStore::clear() {
  while (!groups_.empty()) erase(groups_.begin());
}

std::size_t GroupStore::expire(base::UnixTime now) {
  std::size_t expired = 0;
  for (auto place = groups_.begin(); place != groups_.end();) {
    const auto here = place++;
    const Group& group = here->second;
    if (group.ttl.count() == 0 || now - group.last_push < group.ttl) continue;
    erase(here);
    ++expired;
  }
  return expired;
}

std::shared_ptr<const Page> GroupStore::page() {
  if (page_ != nullptr) return page_;
  std::vector<Stored> stored;
  for (const auto& [key, group] : groups_) {
    for (const auto& [name, family] : group.families) stored.push_back(family);
  }
  page_ = make_page(std::move(stored));
  return page_;
}

std::string GroupStore::lack_of_room(const Families& fresh, const Group* group,
                                     bool replaces) const {
  // The two times of a group.
  constexpr std::size_t kOwnSeries = 2;
  std::size_t series = series_ + (group == nullptr ? kOwnSeries : 0);
  std::size_t bytes = bytes_;
  for (const auto& [name, family] : fresh) {
    // Its own a restored group brings with it.
    series += is_own(name) ? 0 : family->series.size();
    bytes += family->bytes;
  }
  if (group != nullptr) {
    for (const auto& [name, family] : group->families) {
      if (is_own(name) || !(replaces || fresh.contains(name))) continue;
      series -= family->series.size();
      bytes -= family->bytes;
    }
  }
  if (group == nullptr && groups_.size() >= limits_.groups_max) {
    return fmt::format("more than {} groups (--limits.push-groups)", limits_.groups_max);
  }
  if (series > limits_.series_max && series > series_) {
    return fmt::format("more than {} series (--limits.push-series)", limits_.series_max);
  }
  if (bytes > limits_.bytes_max && bytes > bytes_) {
    return fmt::format("more than {} bytes (--limits.push-bytes)", limits_.bytes_max);
  }
  return {};
}

}  // namespace weir::push
