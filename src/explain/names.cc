// SPDX-License-Identifier: Apache-2.0
#include "explain/names.h"

namespace weir::explain {

std::string_view kind_name(sample::SampleKind kind) {
  switch (kind) {
    case sample::SampleKind::Counter: return "counter";
    case sample::SampleKind::Gauge: return "gauge";
    case sample::SampleKind::Timer: return "timer";
    case sample::SampleKind::Histogram: return "histogram";
    case sample::SampleKind::Distribution: return "distribution";
    case sample::SampleKind::Set: break;
  }
  return "set";
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Differs: return "differs";
    case Verdict::Wins: return "wins";
    case Verdict::Hidden: break;
  }
  return "hidden";
}

std::string_view end_name(End end) {
  switch (end) {
    case End::Applied: return "applied";
    case End::Dropped: return "dropped";
    case End::Refused: break;
  }
  return "refused";
}

std::string_view part_name(mapping::Mismatch::Part part) {
  using Part = mapping::Mismatch::Part;
  switch (part) {
    case Part::Segment: return "segment";
    case Part::TooShort: return "too_short";
    case Part::TooLong: return "too_long";
    case Part::Between: return "between";
    case Part::Regex: return "regex";
    case Part::Type: return "type";
    case Part::MissingTag: return "missing_tag";
    case Part::Tag: break;
  }
  return "tag";
}

std::string_view answer_name(metrics::Admitted answer) {
  switch (answer) {
    case metrics::Admitted::Own: return "own";
    case metrics::Admitted::Overflow: return "overflow";
    case metrics::Admitted::Conflict: return "conflict";
    case metrics::Admitted::Refused: break;
  }
  return "refused";
}

std::string_view match_type_name(mapping::MatchType type) {
  return type == mapping::MatchType::Glob ? "glob" : "regex";
}

}  // namespace weir::explain
