// SPDX-License-Identifier: Apache-2.0
#include "explain/fault_text.h"

#include <algorithm>
#include <variant>

#include <fmt/core.h>

#include "weir/base/utf8.h"
#include "weir/pipeline/ledger.h"

namespace weir::explain {

namespace {

using mapping::Mismatch;
using pipeline::DropReason;
using pipeline::OtherRefusal;
using pipeline::Refusal;
using statsd::Rejection;

constexpr auto kNowhere = std::string_view::npos;

std::size_t end_of_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto size = base::first_code_point(text.substr(at)).size;
    if (size == 0) break;
    at += size;
  }
  return at;
}

std::string malformed_line_text(std::string_view line, std::string_view name) {
  if (end_of_utf8(line) != line.size()) return "this byte begins no character of UTF-8";
  if (name.size() == line.size()) return "there is no `:` after a name";
  return "there is no name before the `:`";
}

constexpr std::string_view kSetsRefused =
    "sets are not counted here: --statsd.sets=gauge or a rule with match_metric_type: set has them "
    "counted";

std::string illegal_event_text(std::string_view type) {
  if (type == "s") return std::string(kSetsRefused);
  if (type == "m") return "meters are not read here: --statsd.parse-meters has them read";
  return fmt::format("there is no type `{}`: the types are c, g, ms, h, d and s", type);
}

// A set that is not counted is refused for its value first, as it is in the reference.
std::string malformed_value_text(const Refusal& refusal) {
  const auto end = refusal.part.data() + refusal.part.size() - refusal.line.data();
  const auto rest = refusal.line.substr(
      std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(end, 0)), refusal.line.size()));
  const bool is_set = rest == "|s" || rest.starts_with("|s|") || rest.starts_with("|s:");
  return is_set ? std::string(kSetsRefused) : "the value is not a number";
}

std::string text_of(Rejection rejection, const Refusal& refusal, std::string_view name) {
  switch (rejection) {
    case Rejection::MalformedLine: return malformed_line_text(refusal.line, name);
    case Rejection::MixedTaggingStyles:
      return "the name has tags of its own, so the line can have no DogStatsD tags, `|#`";
    case Rejection::NotEnoughParts: return "there is no `|` and type after the value";
    case Rejection::InvalidExtendedAggregateType:
      return "a line can have several values with colons between for the types ms, h and d only";
    case Rejection::MalformedComponent:
      return refusal.part.empty() ? "a field between two `|` is empty, or there are too many `|#` "
                                    "and `|c:` fields"
                                  : "there is no `|` and type after the value";
    case Rejection::MalformedValue: return malformed_value_text(refusal);
    case Rejection::InvalidSampleFactor:
      return refusal.part.starts_with('@')
                 ? "the sampling factor is not a number above 0 and up to 1"
                 : "there is no such field: fields begin with @, #, c:, e:, card: or T";
    case Rejection::MalformedContainerId: return "a container's field is `c:` and an id";
    case Rejection::IllegalEvent: return illegal_event_text(refusal.part);
    case Rejection::InvalidTimestamp:
      return "the time is not a number of Unix seconds, or more than ten minutes ahead";
  }
  return {};
}

std::string conflict_text(const Refusal& refusal) {
  if (!refusal.event) return "the name is another metric's";
  const auto& event = *refusal.event;
  if (!event.obstacle) return fmt::format("{} is another metric's name", event.metric);
  if (!event.obstacle->type) {
    return fmt::format("{} is one of the daemon's own metrics", event.obstacle->name);
  }
  const auto type = metrics::type_name(*event.obstacle->type);
  if (event.obstacle->name == event.metric) {
    return fmt::format("{} is a {} already, and a name has one type only", event.metric, type);
  }
  return fmt::format("{} or one of its samples is called as {}, a {}, or one of its samples",
                     event.metric, event.obstacle->name, type);
}

std::string text_of(DropReason why, const Refusal& refusal, std::string_view /*name*/) {
  switch (why) {
    case DropReason::IllegalNegativeCounter: return "a counter cannot go down";
    case DropReason::EmptyMetricName: return "what the rule makes of the name is empty";
    case DropReason::ReservedLabel:
      return "a label has a name that Prometheus keeps to itself: `le` on histograms, `quantile` "
             "on summaries, or one that begins with `__`";
    case DropReason::TooManyLabels: return "it has more labels than --limits.labels allows";
    case DropReason::SeriesTooLong:
      return "name and labels are longer than --limits.series-bytes allows";
    case DropReason::NonFiniteCounter:
      return "the value is not finite: --statsd.refuse-non-finite-counters";
    case DropReason::Conflict: return conflict_text(refusal);
    case DropReason::Budget:
      return "--limits.series, --limits.series-per-family, --limits.store-bytes or the rule's "
             "max_series is reached";
  }
  return {};
}

std::string text_of(OtherRefusal why, const Refusal& refusal, std::string_view /*name*/) {
  switch (why) {
    case OtherRefusal::MalformedTag:
      return fmt::format("no tag with a key and a value: `{}`", refusal.part);
    case OtherRefusal::Overflowed:
      return "a limit of series is reached: it is counted in the family's overflow series";
    case OtherRefusal::LineTooLong: return "the line is longer than --limits.line-bytes allows";
    case OtherRefusal::FrameTooLong:
    case OtherRefusal::FrameCutOff:
    case OtherRefusal::BadPoint:
    case OtherRefusal::BadWavefrontLine: break;
  }
  return {};
}

bool is_loss(Rejection rejection) {
  return rejection != Rejection::InvalidSampleFactor &&
         rejection != Rejection::MalformedContainerId && rejection != Rejection::InvalidTimestamp;
}
bool is_loss(DropReason) { return true; }
bool is_loss(OtherRefusal refusal) {
  return refusal != OtherRefusal::MalformedTag && refusal != OtherRefusal::Overflowed;
}

std::optional<Place> place_of_text(std::string_view part, std::string_view line) {
  const auto at = line.find(part);
  if (part.empty() || at == kNowhere) return std::nullopt;
  return Place{at, part.size()};
}

// Where a field is empty.
std::optional<Place> place_of_gap(std::string_view line) {
  if (line.ends_with('|')) return Place{line.size(), 0};
  const auto bars = line.find("||");
  return bars == kNowhere ? std::nullopt : std::optional(Place{bars + 1, 0});
}

std::optional<Place> place_in_whole(Rejection rejection, std::string_view line,
                                    std::string_view name) {
  switch (rejection) {
    case Rejection::MalformedLine: {
      const auto end = end_of_utf8(line);
      if (end != line.size()) return Place{end, 1};
      return Place{name.size(), 0};
    }
    case Rejection::NotEnoughParts: return Place{line.size(), 0};
    case Rejection::MixedTaggingStyles: return place_of_text("|#", line);
    case Rejection::MalformedComponent: return place_of_gap(line);
    case Rejection::InvalidTimestamp: return place_of_text("|T", line);
    case Rejection::IllegalEvent: {
      const auto bar = line.find('|');
      return bar == kNowhere ? std::nullopt : std::optional(Place{bar + 1, 1});
    }
    default: return std::nullopt;
  }
}

std::optional<Place> place_of(const Refusal& refusal, std::string_view line,
                              std::string_view name) {
  // The parser lends a part of the line.
  const auto* const part = refusal.part.data();
  const bool is_lent =
      part >= line.data() && part + refusal.part.size() <= line.data() + line.size();
  if (is_lent && !refusal.part.empty()) {
    return Place{static_cast<std::size_t>(part - line.data()), refusal.part.size()};
  }
  if (const auto* const rejection = std::get_if<Rejection>(&refusal.reason)) {
    if (is_lent) return Place{static_cast<std::size_t>(part - line.data()), 0};
    return place_in_whole(*rejection, line, name);
  }
  return place_of_text(refusal.part, line);
}

std::string_view samples_of(sample::EventKind kind) {
  switch (kind) {
    case sample::EventKind::Counter: return "counters";
    case sample::EventKind::Gauge: return "gauges";
    case sample::EventKind::Observer: return "timers, histograms and distributions";
    case sample::EventKind::Set: break;
  }
  return "sets";
}

std::string regex_text(const Mismatch& mismatch) {
  if (mismatch.fitting.empty()) return "the regex matches nowhere in the name";
  if (mismatch.found.empty()) {
    return fmt::format("`{}` matches, and then the name ends where `{}` goes on", mismatch.fitting,
                       mismatch.wanted);
  }
  return fmt::format("`{}` matches, and then `{}` is not `{}`", mismatch.fitting, mismatch.found,
                     mismatch.wanted);
}

}  // namespace

bool is_of_set(const Fault& fault) { return fault.text == kSetsRefused; }

Fault fault_of(const Refusal& refusal, std::string_view line, std::string_view name) {
  Fault fault{.reason = refusal.reason, .text = {}, .place = {}};
  fault.text =
      std::visit([&](auto reason) { return text_of(reason, refusal, name); }, refusal.reason);
  fault.is_loss = std::visit([](auto reason) { return is_loss(reason); }, refusal.reason);
  if (!refusal.event) fault.place = place_of(refusal, line, name);
  return fault;
}

std::string mismatch_text(const Mismatch& mismatch, const mapping::Rule& rule,
                          sample::EventKind kind) {
  switch (mismatch.part) {
    case Mismatch::Part::Segment:
      return fmt::format("segment {} is `{}`, not `{}`", mismatch.segment, mismatch.found,
                         mismatch.wanted);
    case Mismatch::Part::TooShort:
      return fmt::format("the name ends before segment {}, `{}`", mismatch.segment,
                         mismatch.wanted);
    case Mismatch::Part::TooLong:
      return fmt::format("the name goes on with segment {}, `{}`", mismatch.segment,
                         mismatch.found);
    case Mismatch::Part::Between:
      return fmt::format("`{}` does not stand in the middle of the name", mismatch.wanted);
    case Mismatch::Part::Regex: return regex_text(mismatch);
    case Mismatch::Part::Type:
      return fmt::format("it is for {}, not for {}", samples_of(rule.kind.value_or(kind)),
                         samples_of(kind));
    case Mismatch::Part::MissingTag: return fmt::format("there is no tag `{}`", mismatch.key);
    case Mismatch::Part::Tag:
      return fmt::format("the tag `{}` is `{}`, not `{}`", mismatch.key, mismatch.found,
                         mismatch.wanted);
  }
  return {};
}

}  // namespace weir::explain
