// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "push/consistency.h"
#include "weir/metrics/sample_suffix.h"
#include "weir/push/group_store.h"

namespace weir::push {

namespace {

using metrics::without_suffix;
using passthrough::FamilyType;

constexpr std::array kSuffixes{metrics::kCount, metrics::kSum, metrics::kBucket};

bool has_suffix(FamilyType type, std::string_view suffix) {
  return type == FamilyType::Histogram ||
         (type == FamilyType::Summary && suffix != metrics::kBucket);
}

std::string was_before(const StoredFamily& family, std::size_t series) {
  return fmt::format("collected metric {} was collected before with the same name and label values",
                     shown_series(family, series));
}

const StoredFamily* find(const GroupStore::Group* group, std::string_view name) {
  if (group == nullptr) return nullptr;
  const auto place = group->families.find(name);
  return place == group->families.end() ? nullptr : place->second.get();
}

}  // namespace

std::string GroupStore::inconsistency(const Families& fresh, const Group* group,
                                      bool replaces) const {
  for (const auto& [name, family] : fresh) {
    const auto known = types_.find(name);
    const StoredFamily* const before = find(group, name);
    for (std::size_t type = 0; known != types_.end() && type < kTypes; ++type) {
      const bool is_replaced = before != nullptr && static_cast<std::size_t>(before->type) == type;
      const bool is_used = known->second.at(type) > (is_replaced ? 1 : 0);
      if (is_used && static_cast<std::size_t>(family->type) != type && !family->series.empty()) {
        return fmt::format("collected metric {} is not a {}", shown_series(*family, 0),
                           shown_type(static_cast<FamilyType>(type)));
      }
    }
    std::string clash = clash_of_names(*family, fresh, group, replaces);
    if (clash.empty()) clash = clash_of_series(*family, group);
    if (!clash.empty()) return clash;
  }
  return {};
}

std::string GroupStore::clash_of_series(const StoredFamily& family, const Group* group) const {
  std::unordered_set<std::uint64_t> own;
  if (const StoredFamily* const before = find(group, family.name); before != nullptr) {
    own.insert(before->hashes.begin(), before->hashes.end());
  }
  std::unordered_set<std::uint64_t> seen;
  for (std::size_t i = 0; i < family.hashes.size(); ++i) {
    const std::uint64_t hash = family.hashes[i];
    const auto known = hashes_.find(hash);
    const bool is_of_others =
        known != hashes_.end() && known->second > (own.contains(hash) ? 1 : 0);
    if (is_of_others || !seen.insert(hash).second) return was_before(family, i);
  }
  return {};
}

std::optional<FamilyType> GroupStore::type_after(std::string_view name, const Families& fresh,
                                                 const Group* group, bool replaces) const {
  if (const auto place = fresh.find(name); place != fresh.end()) return place->second->type;
  const auto known = types_.find(std::string(name));
  if (known == types_.end()) return std::nullopt;
  const StoredFamily* const before = find(group, name);
  for (std::size_t type = 0; type < kTypes; ++type) {
    const bool goes =
        replaces && before != nullptr && static_cast<std::size_t>(before->type) == type;
    if (known->second.at(type) > (goes ? 1 : 0)) return static_cast<FamilyType>(type);
  }
  return std::nullopt;
}

std::string GroupStore::clash_of_names(const StoredFamily& family, const Families& fresh,
                                       const Group* group, bool replaces) const {
  for (const auto suffix : kSuffixes) {
    const auto owner = without_suffix(family.name, suffix);
    const auto type = owner.empty() ? std::nullopt : type_after(owner, fresh, group, replaces);
    if (type && has_suffix(*type, suffix)) {
      return fmt::format(
          "collected metric named \"{}\" collides with previously collected {} named "
          "\"{}\"",
          family.name, passthrough::type_word(*type), owner);
    }
    const std::string part = family.name + std::string(suffix);
    if (!has_suffix(family.type, suffix) || !type_after(part, fresh, group, replaces)) continue;
    return fmt::format(
        "collected {} named \"{}\" collides with previously collected metric named "
        "\"{}\"",
        suffix == metrics::kBucket ? "histogram" : "histogram or summary", family.name, part);
  }
  return {};
}

}  // namespace weir::push
