// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "weir/metrics/scrape.h"
#include "weir/telemetry/description.h"

namespace weir::telemetry {

// Appends a family without samples, which is valid until the next is appended.
metrics::SelfFamily& begin_family(std::vector<metrics::SelfFamily>& families,
                                  const Description& description);

// Removes the last family again when it got no sample: it does not show.
void end_family(std::vector<metrics::SelfFamily>& families);

// Adds a sample with the labels of `description`, whose values are escaped here. Precondition: as
// many values as keys.
void add_sample(metrics::SelfFamily& family, const Description& description, double value,
                std::span<const std::string_view> label_values);

// Takes the samples of one family whose label values differ, in the order in which the page shows
// them. That every sample has a value for each key is checked by the compiler.
template <std::size_t kLabelCount>
class Samples {
 public:
  // Both outlive the object.
  Samples(metrics::SelfFamily& family, const Description& description)
      : family_(family), description_(description) {}

  template <typename... LabelValues>
  requires(sizeof...(LabelValues) == kLabelCount) void add(double value,
                                                           const LabelValues&... label_values) {
    const std::array<std::string_view, kLabelCount> values{label_values...};
    add_sample(family_, description_, value, values);
  }

  // The same for a count that does not show before it is above zero, as in the reference.
  template <typename... LabelValues>
  requires(sizeof...(LabelValues) ==
           kLabelCount) void add_if_counted(double value, const LabelValues&... label_values) {
    if (value > 0) add(value, label_values...);
  }

 private:
  metrics::SelfFamily& family_;
  const Description& description_;
};

}  // namespace weir::telemetry
