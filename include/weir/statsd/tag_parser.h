// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"

namespace weir::statsd {

// Called for each good tag in the order sent. Both views borrow from the line. The key is not
// escaped.
using TagVisitor = std::function<void(std::string_view key, std::string_view value)>;

// A metric name without its tags. SignalFX tags are inside the name, hence two pieces: the name is
// `head` followed by `tail`.
struct BareName {
  std::string_view head;
  std::string_view tail;
};

// True when `name` holds a character that could begin name tags in an enabled dialect.
[[nodiscard]] bool may_have_name_tags(std::string_view name, const Dialects& dialects);

// Splits the tags off `name` (behaviour line.name-tags). Adds the number of malformed tags to
// `errors`.
BareName parse_name_tags(std::string_view name, const Dialects& dialects, const TagVisitor& visit,
                         std::uint32_t& errors);

// Visits the tags of the `#` and `c:` fields of a sample, `container_id` among them. Adds the
// number of malformed tags to `errors`.
void parse_field_tags(const sample::IdentityFields& fields, const Dialects& dialects,
                      const TagVisitor& visit, std::uint32_t& errors);

// The tags that `parse_name_tags` and `parse_field_tags` count as malformed, joined as they were;
// of one-sided brackets the name. For messages.
[[nodiscard]] std::string malformed_name_tags(std::string_view name, const Dialects& dialects);
[[nodiscard]] std::string malformed_field_tags(const sample::IdentityFields& fields,
                                               const Dialects& dialects);

}  // namespace weir::statsd
