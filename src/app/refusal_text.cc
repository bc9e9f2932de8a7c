// SPDX-License-Identifier: Apache-2.0
#include "app/refusal_text.h"

#include <string>
#include <utility>
#include <variant>

#include <fmt/core.h>

#include "weir/base/escape.h"
#include "weir/base/number.h"
#include "weir/pipeline/drop_reason.h"

namespace weir::app {

namespace {

using pipeline::DropReason;
using pipeline::OtherRefusal;
using pipeline::Refusal;
using pipeline::RefusedEvent;
using statsd::Rejection;

constexpr std::string_view kNotUpdated = "Failed to update metric";
constexpr const char* kBudgetText =
    "--limits.series, --limits.series-per-family or --limits.store-bytes is reached";

std::string_view message_of(Rejection rejection) {
  switch (rejection) {
    case Rejection::MalformedLine: return "bad line";
    case Rejection::MixedTaggingStyles: return "bad line: multiple tagging styles";
    case Rejection::NotEnoughParts:
      return "bad line: not enough '|'-delimited parts after first ':'";
    case Rejection::InvalidExtendedAggregateType:
      return "bad line: invalid extended aggregate type";
    case Rejection::MalformedComponent: return "bad component";
    case Rejection::MalformedValue: return "bad value";
    case Rejection::InvalidSampleFactor: return "Invalid sampling factor";
    case Rejection::MalformedContainerId: return "Malformed container ID section";
    case Rejection::IllegalEvent: return "Error building event";
    case Rejection::InvalidTimestamp: return "Invalid timestamp";
  }
  return {};
}

std::string_view message_of(DropReason why) {
  switch (why) {
    case DropReason::IllegalNegativeCounter: return "counter must be non-negative value";
    case DropReason::EmptyMetricName: return "The mapping generates an empty metric name";
    case DropReason::ReservedLabel:
    case DropReason::TooManyLabels:
    case DropReason::SeriesTooLong:
    case DropReason::NonFiniteCounter:
    case DropReason::Conflict:
    case DropReason::Budget: break;
  }
  return kNotUpdated;
}

std::string_view message_of(OtherRefusal refusal) {
  switch (refusal) {
    case OtherRefusal::MalformedTag: return "Malformed name tag";
    case OtherRefusal::Overflowed: return "Budget used up, counted in the family's overflow series";
    case OtherRefusal::LineTooLong: return "Read failed: line too long";
    case OtherRefusal::FrameTooLong: return "Read failed: packet too long";
    case OtherRefusal::FrameCutOff: return "Read failed: connection ended inside a packet";
    case OtherRefusal::BadPoint: return "Bad InfluxDB line";
    case OtherRefusal::BadWavefrontLine: return "Bad Wavefront line";
  }
  return {};
}

// What `Refusal::part` is.
std::string_view part_key(Rejection rejection) {
  switch (rejection) {
    case Rejection::MalformedValue: return "value";
    case Rejection::InvalidExtendedAggregateType:
    case Rejection::IllegalEvent: return "type";
    default: return "component";
  }
}
std::string_view part_key(DropReason) { return {}; }
std::string_view part_key(OtherRefusal refusal) {
  const bool is_in_words =
      refusal == OtherRefusal::BadPoint || refusal == OtherRefusal::BadWavefrontLine;
  return is_in_words ? "error" : "tags";
}

std::string conflict_text(const RefusedEvent& event) {
  if (!event.obstacle) {
    return fmt::format("metric with name {} was already registered", event.metric);
  }
  const auto& [name, type, gauge] = *event.obstacle;
  if (!type) return fmt::format("metric with name {} is one of weir's own", name);
  return fmt::format("metric with name {} is already registered as a {}{}", name,
                     metrics::type_name(*type),
                     metrics::is_computed(gauge) ? " that is computed" : "");
}

std::string error_text(Rejection rejection, const Refusal& refusal) {
  if (rejection != Rejection::IllegalEvent) return {};
  if (refusal.part == "s") return "no support for StatsD sets";
  return fmt::format("bad stat type {}", refusal.part);
}

std::string error_text(DropReason why, const Refusal& refusal) {
  switch (why) {
    case DropReason::IllegalNegativeCounter:
    case DropReason::EmptyMetricName: break;
    case DropReason::ReservedLabel: return "a label has a reserved name";
    case DropReason::TooManyLabels: return "more labels than --limits.labels allows";
    case DropReason::SeriesTooLong: return "longer than --limits.series-bytes allows";
    case DropReason::NonFiniteCounter: return "the value is not finite";
    case DropReason::Conflict: return refusal.event ? conflict_text(*refusal.event) : "";
    case DropReason::Budget: return kBudgetText;
  }
  return {};
}

std::string error_text(OtherRefusal why, const Refusal&) {
  return why == OtherRefusal::Overflowed ? std::string(kBudgetText) : std::string();
}

std::string number_text(double value) {
  std::string text;
  base::append_number(text, value);
  return text;
}

class Attributes {
 public:
  explicit Attributes(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Leaves out what is empty.
  void add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    std::string shown(base::beginning_of(value, bytes_max_));
    if (shown.size() < value.size()) shown += "...";
    all_.push_back({key, std::move(shown)});
  }

  std::vector<base::Attribute> take() { return std::move(all_); }

 private:
  std::size_t bytes_max_;
  std::vector<base::Attribute> all_;
};

void add_event(const RefusedEvent& event, Attributes& attributes) {
  attributes.add("metric", event.metric);
  attributes.add("type", event.type);
  const bool is_set = !event.member.empty();
  attributes.add("event_value", is_set ? std::string(event.member) : number_text(event.value));
  attributes.add("labels", event.labels);
  attributes.add("match", event.match);
  if (!event.spread) return;
  attributes.add("label", event.spread->label);
  attributes.add("label_values",
                 fmt::format("{} in {} series", event.spread->values, event.spread->series));
}

}  // namespace

std::string error_of(const Refusal& refusal) {
  return std::visit([&](auto reason) { return error_text(reason, refusal); }, refusal.reason);
}

RefusalText text_of(const Refusal& refusal, std::size_t bytes_max) {
  Attributes attributes(bytes_max);
  attributes.add("line", refusal.line);
  attributes.add("reason", name_of(refusal.reason));
  const auto key = std::visit([](auto reason) { return part_key(reason); }, refusal.reason);
  attributes.add(key, refusal.part);
  if (refusal.event) add_event(*refusal.event, attributes);
  attributes.add("error", error_of(refusal));
  const auto message = std::visit([](auto reason) { return message_of(reason); }, refusal.reason);
  return {message, attributes.take()};
}

}  // namespace weir::app
