// SPDX-License-Identifier: Apache-2.0
// Any bytes as lines that are explained: both formats are what they promise, and places are in the
// line.
#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "weir/base/utf8.h"
#include "weir/explain/explainer.h"
#include "weir/explain/formats.h"
#include "weir/rulefile/loader.h"

namespace {

using weir::explain::Explanation;
using weir::explain::Place;

constexpr std::string_view kMapping = R"(
defaults: {on_conflict: suffix}
mappings:
- {match: 'a.*', name: 'a_$1', labels: {one: $1}}
- {match: 'a.**.b.**', name: two, labels: {one: $1, two: $2}, observer_type: both}
- {match: 'b.x*y', name: part, match_tags: {env: 'p*'}, publish: [min, max]}
- {match: 'drop.**', name: dropped, action: drop}
- {match: 'sets.*', name: sets, match_metric_type: set}
- {match: '^c\.([a-z]+)(\d)?\.(?P<last>.*)$', match_type: regex, name: 'c_$1', labels: {last: '${last}'}, honor_timestamps: true}
)";

std::shared_ptr<const weir::pipeline::PreparedRules> rules() {
  static const auto kRules =
      weir::pipeline::prepare(weir::rulefile::parse_rules(kMapping, "m.yml").rules, 1);
  return kRules;
}

void check_place(const Place& place, const Explanation& explanation) {
  assert(place.begin <= explanation.line.size());
  assert(place.size <= explanation.line.size() - place.begin);
}

void check(const Explanation& explanation) {
  for (const auto& fault : explanation.faults) {
    assert(!fault.text.empty());
    if (fault.place) check_place(*fault.place, explanation);
  }
  for (const auto& field : explanation.ignored) check_place(field.place, explanation);
  for (const auto& sample : explanation.samples) {
    assert(!sample.winner || *sample.winner < sample.rules.size());
    assert(sample.winner.has_value() == !sample.captures.empty());
    assert((sample.end == weir::explain::End::Refused) == sample.fault.has_value());
  }
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) == 0x7F;
  };
  const auto json = weir::explain::json_of(explanation, "m.yml");
  assert(weir::base::is_utf8(json) && std::ranges::none_of(json, is_control));
  auto text = weir::explain::text_of(explanation, "m.yml");
  assert(weir::base::is_utf8(text));
  std::erase(text, '\n');
  assert(std::ranges::none_of(text, is_control));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view left(reinterpret_cast<const char*>(data), size);
  weir::explain::Explainer explainer(rules(), {},
                                     {weir::base::TimePoint(std::chrono::hours(1)), {}});
  while (!left.empty()) {
    const auto end = std::min(left.find('\n'), left.size());
    check(explainer.explain(left.substr(0, end)));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return 0;
}
