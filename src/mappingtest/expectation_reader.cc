// SPDX-License-Identifier: Apache-2.0
#include "mappingtest/expectation_reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "weir/base/similar.h"
#include "weir/pipeline/refusal.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"

namespace weir::mappingtest {

namespace {

using rulefile::Diagnostics;
using rulefile::Key;
using rulefile::NodeKind;
using rulefile::YamlNode;

constexpr std::string_view kForms = "write a list of series, or dropped, unmapped or refused";

// All that a sample can be refused for.
std::vector<std::string_view> reasons() {
  std::vector<std::string_view> names;
  names.reserve(statsd::kRejectionCount + pipeline::kDropReasonCount + 1);
  for (std::size_t i = 0; i < statsd::kRejectionCount; ++i) {
    names.push_back(pipeline::name_of(static_cast<statsd::Rejection>(i)));
  }
  for (std::size_t i = 0; i < pipeline::kDropReasonCount; ++i) {
    names.push_back(pipeline::name_of(static_cast<pipeline::DropReason>(i)));
  }
  names.push_back(pipeline::name_of(pipeline::OtherRefusal::LineTooLong));
  return names;
}

std::string read_reason(const YamlNode& node, Diagnostics& diagnostics) {
  const auto text = rulefile::read_text(node, diagnostics);
  if (!text || text->empty()) return {};
  const auto known = reasons();
  if (std::ranges::find(known, *text) == known.end()) {
    const auto meant = base::most_similar(*text, known);
    diagnostics.error(node.position,
                      fmt::format("there is no reason \"{}\"", rulefile::printable(*text)),
                      meant.empty() ? fmt::format("the reasons are {}", fmt::join(known, ", "))
                                    : fmt::format("did you mean \"{}\"?", meant));
  }
  return std::string(*text);
}

void fault_repeated(const YamlNode& list, const std::vector<PageSample>& samples,
                    Diagnostics& diagnostics) {
  std::vector<std::string> keys;
  keys.reserve(samples.size());
  for (const auto& sample : samples) keys.push_back(key_of(sample));
  std::ranges::sort(keys);
  const auto repeated = std::ranges::adjacent_find(keys);
  if (repeated == keys.end()) return;
  diagnostics.error(list.position,
                    fmt::format("the series {} is there twice", rulefile::printable(*repeated)),
                    "take one out");
}

std::vector<PageSample> read_series(const YamlNode& node, Diagnostics& diagnostics) {
  std::vector<PageSample> samples;
  if (!rulefile::is_list(node, "the series", diagnostics)) return samples;
  samples.reserve(node.entries.size());
  for (const auto& item : node.entries) {
    const auto errors_before = diagnostics.error_count();
    const auto text = rulefile::read_text(*item.value, diagnostics);
    if (diagnostics.error_count() != errors_before) continue;
    auto sample = parse_page_sample(text.value_or(""));
    if (sample) {
      samples.push_back(std::move(*sample));
    } else {
      diagnostics.error(item.value->position, fmt::format("no series: {}", sample.error().what),
                        "write it as the page has it, `name{label=\"value\"} 1`");
    }
  }
  fault_repeated(node, samples, diagnostics);
  return samples;
}

struct Word {
  std::string_view name;
  Outcome outcome;
};
constexpr std::array kWords = {Word{"dropped", Outcome::Dropped},
                               Word{"unmapped", Outcome::Unmapped},
                               Word{"refused", Outcome::Refused}};

Expectation read_word(const YamlNode& node, Diagnostics& diagnostics) {
  const auto word = std::ranges::find(kWords, std::string_view(node.text), &Word::name);
  if (word == kWords.end()) {
    diagnostics.error(node.position,
                      fmt::format("nothing is expected by \"{}\"", rulefile::printable(node.text)),
                      std::string(kForms));
    return {};
  }
  Expectation expectation{.outcome = word->outcome, .reason = {}, .series = {}};
  if (word->outcome != Outcome::Unmapped) expectation.series.emplace();
  return expectation;
}

// Null where the map has none.
struct Draft {
  const YamlNode* series = nullptr;
  const YamlNode* unmapped = nullptr;
  const YamlNode* refused = nullptr;
};

constexpr std::array<Key<Draft>, 3> kKeys{{
    {"series", [](const YamlNode& value, Draft& draft, Diagnostics&) { draft.series = &value; }},
    {"unmapped",
     [](const YamlNode& value, Draft& draft, Diagnostics&) { draft.unmapped = &value; }},
    {"refused", [](const YamlNode& value, Draft& draft, Diagnostics&) { draft.refused = &value; }},
}};

Expectation read_parts(const YamlNode& node, Diagnostics& diagnostics) {
  Draft draft;
  rulefile::read_map<Draft>(node, "expect", kKeys, draft, diagnostics);
  Expectation expectation;
  if (draft.unmapped != nullptr) {
    if (draft.series != nullptr || draft.refused != nullptr) {
      diagnostics.error(node.position, "\"unmapped\" goes with no other key",
                        "write the series as its list");
    }
    expectation.outcome = Outcome::Unmapped;
    if (draft.unmapped->kind != NodeKind::Null) {
      expectation.series = read_series(*draft.unmapped, diagnostics);
    }
    return expectation;
  }
  expectation.series.emplace();
  if (draft.refused != nullptr) {
    expectation.outcome = Outcome::Refused;
    expectation.reason = read_reason(*draft.refused, diagnostics);
  }
  if (draft.series != nullptr) expectation.series = read_series(*draft.series, diagnostics);
  return expectation;
}

}  // namespace

Expectation read_expectation(const YamlNode& node, Diagnostics& diagnostics) {
  switch (node.kind) {
    case NodeKind::Scalar: return read_word(node, diagnostics);
    case NodeKind::Map: return read_parts(node, diagnostics);
    case NodeKind::List:
    case NodeKind::Null: break;
  }
  Expectation expectation;
  expectation.series = read_series(node, diagnostics);
  return expectation;
}

}  // namespace weir::mappingtest
