// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/influx/influx_input.h"
#include "app/wavefront/wavefront_input.h"
#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

namespace {

using pipeline::DropReason;
using pipeline::OtherRefusal;
using statsd::Rejection;

std::uint64_t sum_of(const pipeline::NamedTallies& tallies) {
  std::uint64_t sum = 0;
  tallies.visit([&sum](sample::EventKind, std::string_view, std::uint64_t n) { sum += n; });
  return sum;
}

std::uint64_t count_of(DropReason why, const Worker& worker) {
  const pipeline::Ledger& ledger = worker.ledger();
  switch (why) {
    case DropReason::Conflict: return ledger.conflicting_events.value();
    case DropReason::Budget: return ledger.refused_events.value();
    default: return ledger.errors[static_cast<std::size_t>(why)].value();
  }
}

std::uint64_t count_of(Rejection why, const Worker& worker) {
  return worker.ledger().rejections[static_cast<std::size_t>(why)].value();
}

std::uint64_t refused_lines(const WavefrontInput& input) {
  const WavefrontCounts::Lines& lines = input.counts().lines;
  return lines.rejected.value() + lines.too_long.value() + lines.unsupported.value();
}

std::uint64_t count_of(OtherRefusal why, const Worker& worker) {
  const pipeline::Ledger& ledger = worker.ledger();
  switch (why) {
    case OtherRefusal::MalformedTag: return ledger.tag_errors.value();
    case OtherRefusal::Overflowed: return sum_of(ledger.overflowed);
    case OtherRefusal::LineTooLong: return ledger.lines_too_long.value();
    case OtherRefusal::FrameTooLong:
      return worker.has_packets() ? worker.unixstream_losses().too_long.value() : 0;
    case OtherRefusal::FrameCutOff: return worker.unixstream_losses().cut_off.value();
    case OtherRefusal::BadPoint:
      return worker.influx() == nullptr ? 0 : worker.influx()->counts().lines.rejected.value();
    case OtherRefusal::BadWavefrontLine:
      return worker.wavefront() == nullptr ? 0 : refused_lines(*worker.wavefront());
  }
  return 0;
}

template <class Reason, std::size_t kCount>
void write_counts(base::JsonWriter& json, const Workers& workers) {
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    std::uint64_t sum = 0;
    for (const auto& worker : workers) sum += count_of(reason, *worker);
    if (sum > 0) json.key(pipeline::name_of(reason)).count(sum);
  }
}

void write_line(base::JsonWriter& json, const insight::RefusedLine& line) {
  json.open_object();
  json.key("time").number(seconds_of(line.time));
  json.key("reason").text(line.reason);
  json.key("line").text(line.line);
  json.key("part").text(line.part);
  json.key("metric").text(line.metric);
  json.key("detail").text(line.detail);
  json.key("transport").text(line.transport);
  json.key("sender").text(line.sender);
  json.close_object();
}

}  // namespace

http::Response refused_answer(const ApiSources& from, const http::Request& /*request*/) {
  from.monitor.refresh();
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("refused").open_array();
  const auto& lines = from.monitor.refused().lines();
  std::for_each(lines.rbegin(), lines.rend(),
                [&json](const insight::RefusedLine& line) { write_line(json, line); });
  json.close_array().key("counts").open_object();
  write_counts<Rejection, statsd::kRejectionCount>(json, from.workers);
  write_counts<DropReason, pipeline::kDropReasonCount>(json, from.workers);
  write_counts<OtherRefusal, pipeline::kOtherRefusalCount>(json, from.workers);
  json.close_object().close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
