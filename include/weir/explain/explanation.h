// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/mapping/mismatch.h"
#include "weir/mapping/rule.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/refusal.h"
#include "weir/sample/sample.h"

// What becomes of one line, and why: plain data, which owns its texts. What a sender or a mapping
// file wrote is in it as it is; the formats escape it.
namespace weir::explain {

// Bytes of the line.
struct Place {
  std::size_t begin = 0;
  // 0: what is missing would stand at `begin`.
  std::size_t size = 0;
};

// Something that was not taken.
struct Fault {
  pipeline::RefusalReason reason;
  // In words.
  std::string text;
  std::optional<Place> place;
  // Nothing of the line, or of its sample, is kept.
  bool is_loss = true;
};

// A field that is read and has no effect, or what looks like tags and is not read as such.
struct IgnoredField {
  Place place;
  std::string text;
  std::string why;
};

enum class Verdict : std::uint8_t {
  Differs,  // does not take the sample
  Wins,     // makes the sample's series, or drops it
  Hidden,   // would take it, but comes after the one that wins
};

// A rule that was asked about a sample.
struct RuleVerdict {
  Verdict verdict = Verdict::Differs;
  // Its `mapping::Rule::index`.
  std::uint32_t index = 0;
  // Where the rule begins in the mapping file, from 1.
  std::size_t line = 0;
  std::string match;
  mapping::MatchType match_type = mapping::MatchType::Glob;
  // Of Differs: what differs, and the same in words.
  mapping::Mismatch::Part part = mapping::Mismatch::Part::Segment;
  std::string why;
};

struct TextPair {
  std::string name;
  std::string value;
  bool operator==(const TextPair&) const = default;
};

// What a sample's series is called and made as. As far as it got: of a sample that is refused, too.
struct Series {
  std::string name;
  // As the page has them, without braces.
  std::string label_body;
  // The same, not escaped.
  std::vector<TextPair> labels;
  metrics::Definition definition;
  std::string help;
  // "" when it is not known.
  std::string unit;
  // Zero: never expires.
  std::chrono::nanoseconds ttl{0};
  // The names of series that come with it.
  std::vector<std::string> beside;
};

enum class End : std::uint8_t {
  Applied,
  Dropped,  // a rule's `action: drop`
  Refused,  // `SampleExplanation::fault` says why
};

// One sample of the line.
struct SampleExplanation {
  sample::SampleKind kind = sample::SampleKind::Counter;
  // Without tags, as rules see it.
  std::string raw_name;
  // As sent, in their order.
  std::vector<TextPair> tags;
  // As sent, before sampling; of sets `member` is sent instead.
  double sent = 0;
  std::string member;
  // What a counter's value is divided by, 1 where it is not.
  double sampling_factor = 1;
  // As how many observations it counts.
  std::uint32_t weight = 1;
  // What comes to the series.
  double recorded = 0;
  // A gauge is moved by that, not set to it; a counter is set to it.
  bool is_moved = false;
  bool is_total = false;

  // In the order in which rules are asked. What is left out does not take the sample.
  std::vector<RuleVerdict> rules;
  std::size_t rules_left_out = 0;
  // Its place in `rules`; none where no rule takes the sample.
  std::optional<std::size_t> winner;
  // The first is what `$0` means.
  std::vector<std::string> captures;

  // What the store of the daemon that is asked would answer now; none without a daemon, and where
  // it would not be asked.
  std::optional<metrics::AdmissionPreview> live;

  End end = End::Applied;
  std::optional<Fault> fault;
  Series series;
};

struct Explanation {
  std::string line;
  // The name of the way of writing tags, `StatsD` without tags.
  std::string_view dialect;
  // "" for what is neither a DogStatsD event nor a service check.
  std::string_view message;
  // Those of the line, in the order found; what keeps a sample from its series is the sample's.
  std::vector<Fault> faults;
  std::vector<IgnoredField> ignored;
  std::vector<SampleExplanation> samples;
  // Past the limit, not looked at.
  std::size_t samples_left_out = 0;
  // Of the exposition, what the samples made, one line each without a newline.
  std::vector<std::string> page;
  std::size_t page_lines_left_out = 0;

  // Every sample of the line comes to its series.
  [[nodiscard]] bool is_applied() const;
};

}  // namespace weir::explain
