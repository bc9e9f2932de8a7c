// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/refusal.h"

#include <array>

namespace weir::pipeline {

namespace {

std::string_view reason(OtherRefusal refusal) {
  switch (refusal) {
    case OtherRefusal::MalformedTag: return "malformed_tag";
    case OtherRefusal::Overflowed: return "overflowed";
    case OtherRefusal::LineTooLong: return "line_too_long";
    case OtherRefusal::FrameTooLong: return "frame_too_long";
    case OtherRefusal::FrameCutOff: return "frame_cut_off";
    case OtherRefusal::BadPoint: return "bad_point";
    case OtherRefusal::BadWavefrontLine: return "bad_wavefront_line";
  }
  return "";
}

}  // namespace

std::size_t number_of(RefusalReason reason) {
  constexpr std::array<std::size_t, 3> kFirst = {0, statsd::kRejectionCount,
                                                 statsd::kRejectionCount + kDropReasonCount};
  return std::visit(
      [&](auto one) { return kFirst[reason.index()] + static_cast<std::size_t>(one); }, reason);
}

std::string_view name_of(RefusalReason refusal) {
  return std::visit([](auto one) { return reason(one); }, refusal);
}

}  // namespace weir::pipeline
