// SPDX-License-Identifier: Apache-2.0
#include "weir/net/admission.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "net/descriptor_limit.h"
#include "weir/base/clock.h"
#include "weir/net/open_socket.h"

namespace weir::net {
namespace {

std::size_t reserved(Reserve reserve, std::size_t limit) {
  constexpr std::size_t kForFiles = 4;
  constexpr std::size_t kShare = 8;
  constexpr std::size_t kForScrapesMin = 8;
  constexpr std::size_t kForScrapesMax = 128;
  if (reserve == Reserve::ForFiles) return kForFiles;
  return std::clamp(limit / kShare, kForScrapesMin, kForScrapesMax);
}

}  // namespace

Verdict Admission::judge(int descriptor, std::size_t open) {
  if (open >= rules_.connections_max) {
    report_too_many();
    return Verdict::TooMany;
  }
  // The kernel gives the lowest number that is free, so all below this one are in use.
  const std::size_t limit = descriptor_limit();
  if (static_cast<std::size_t>(descriptor) + reserved(rules_.reserve, limit) < limit) {
    return Verdict::Admitted;
  }
  report_out_of_descriptors(limit);
  return Verdict::OutOfDescriptors;
}

void Admission::report_too_many() {
  if (!too_many_gate_.pass(base::Clock::now())) return;
  log_.warn(fmt::format("{} connections refused: as many are open as may be", rules_.title),
            {{"limit", std::to_string(rules_.connections_max)},
             {"flag", std::string(rules_.connections_flag)}});
}

void Admission::report_out_of_descriptors(std::size_t limit) {
  if (!descriptors_gate_.pass(base::Clock::now())) return;
  log_.warn(
      fmt::format("{} connections refused: the file descriptors that are left are kept for {}",
                  rules_.title, rules_.reserve == Reserve::ForFiles ? "files" : "scrapes"),
      {{"limit", std::to_string(limit)}, {"raise", std::string(kDescriptorLimitAdvice)}});
}

void Admission::report_error(const boost::system::error_code& error) {
  if (!error_gate_.pass(base::Clock::now())) return;
  log_.warn(fmt::format("{} connections cannot be accepted, retrying", rules_.title),
            {{"error", describe_errno(error.value())}});
}

}  // namespace weir::net
