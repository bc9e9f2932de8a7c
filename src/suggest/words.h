// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What words of names mean, as far as people who write mapping files agree. All take small letters.
namespace weir::suggest {

// What `segment` ends in is something that is counted or measured, such as `open_slots` or
// `duration`: it names a metric and not one of many things.
[[nodiscard]] bool is_measure(std::string_view segment);

// What is computed of a metric, such as `p99` or `max`.
[[nodiscard]] bool is_statistic(std::string_view segment);

// The label for what comes after `segment`, such as `dag_id` after `dag` and `cluster` after
// `clusters`; "" when the segment is no kind of thing.
[[nodiscard]] std::string_view thing_label(std::string_view segment);

// The label for what comes after `segment` where that is the last of a name, such as `status`; ""
// when that may be anything.
[[nodiscard]] std::string_view dimension_label(std::string_view segment);

// The label whose values `segment` is one of, such as `state` of `queued`; "" for other words. What
// counts everything, such as `total`, is no such value.
[[nodiscard]] std::string_view choice_label(std::string_view segment);

// `segment` is what names of hosts end in, such as `org`.
[[nodiscard]] bool ends_domain(std::string_view segment);

}  // namespace weir::suggest
