// SPDX-License-Identifier: Apache-2.0
#include "weir/push/stored_family.h"

#include <algorithm>

#include "weir/base/hash.h"

namespace weir::push {

namespace {

using passthrough::Label;

void set_label(std::vector<Label>& labels, const Label& label) {
  const auto place = std::ranges::lower_bound(labels, label.name, {}, &Label::name);
  if (place != labels.end() && place->name == label.name) {
    place->value = label.value;
  } else {
    labels.insert(place, label);
  }
}

void add_instance(std::vector<Label>& labels) {
  const Label none{"instance", ""};
  if (!std::ranges::binary_search(labels, none.name, {}, &Label::name)) set_label(labels, none);
}

std::size_t bytes_of(const passthrough::Series& series) {
  std::size_t bytes = sizeof(series) + series.points.size() * sizeof(series.points.front());
  for (const Label& label : series.labels) {
    bytes += sizeof(label) + label.name.size() + label.value.size();
  }
  return bytes;
}

}  // namespace

void complete(StoredFamily& family, const std::vector<Label>& group, std::uint64_t seed) {
  constexpr char kSeparator = '\xff';
  family.bytes = sizeof(family) + family.name.size() + family.help.size();
  family.bodies.reserve(family.series.size());
  family.hashes.reserve(family.series.size());
  for (passthrough::Series& series : family.series) {
    for (const Label& label : group) set_label(series.labels, label);
    add_instance(series.labels);
    family.bodies.push_back(passthrough::label_body(series.labels));
    const std::string& body = family.bodies.back();
    family.hashes.push_back(base::hash_bytes(family.name + kSeparator + body, seed));
    family.bytes += bytes_of(series) + sizeof(std::string) + body.size() + sizeof(std::uint64_t);
  }
}

}  // namespace weir::push
