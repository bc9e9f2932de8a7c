// SPDX-License-Identifier: Apache-2.0
#include "app/debug_witness.h"

#include <string>

namespace weir::app {

namespace {

std::string_view message_of(statsd::Rejection rejection) {
  using statsd::Rejection;
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
  }
  return {};
}

}  // namespace

void DebugWitness::on_line(std::string_view line) {
  log_.debug("Incoming line", {{"proto", std::string(transport_)}, {"line", std::string(line)}});
}

void DebugWitness::on_rejection(std::string_view line, statsd::Rejection rejection) {
  log_.debug(message_of(rejection),
             {{"line", std::string(line)}, {"reason", std::string(statsd::reason(rejection))}});
}

void DebugWitness::on_malformed_tags(std::string_view line, std::size_t count) {
  log_.debug("Malformed name tag", {{"line", std::string(line)}, {"tags", std::to_string(count)}});
}

void DebugWitness::on_lost_event(std::string_view line, std::string_view reason) {
  log_.debug("Failed to update metric",
             {{"line", std::string(line)}, {"reason", std::string(reason)}});
}

}  // namespace weir::app
