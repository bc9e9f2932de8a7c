// SPDX-License-Identifier: Apache-2.0
#include "weir/telemetry/samples.h"

#include <cassert>
#include <string>
#include <utility>

#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::telemetry {

namespace {

// Names of self-metrics end in the base unit they are in.
std::string_view unit_of(std::string_view name) {
  if (name.ends_with(metrics::kTotal)) name.remove_suffix(metrics::kTotal.size());
  for (const std::string_view unit : {"seconds", "bytes"}) {
    if (name.ends_with(unit)) return unit;
  }
  return {};
}

}  // namespace

metrics::SelfFamily& begin_family(std::vector<metrics::SelfFamily>& families,
                                  const Description& description) {
  return families.emplace_back(metrics::SelfFamily{std::string(description.name),
                                                   std::string(description.help),
                                                   description.type,
                                                   {},
                                                   unit_of(description.name)});
}

void end_family(std::vector<metrics::SelfFamily>& families) {
  if (families.back().samples.empty()) families.pop_back();
}

void add_sample(metrics::SelfFamily& family, const Description& description, double value,
                std::span<const std::string_view> label_values) {
  const auto keys = description.labels();
  assert(label_values.size() == keys.size());
  metrics::SelfSample sample;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) sample.labels += ',';
    sample.labels += keys[i];
    sample.labels += "=\"";
    metrics::append_escaped_label_value(sample.labels, label_values[i]);
    sample.labels += '"';
  }
  sample.value = value;
  family.samples.push_back(std::move(sample));
}

}  // namespace weir::telemetry
