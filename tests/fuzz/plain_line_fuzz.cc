// SPDX-License-Identifier: Apache-2.0
// Any bytes as one datagram: what is read of a line by its shape alone is what the parser reads,
// and what its name and tags are refused for is what the parser refuses. The first byte chooses the
// dialects.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plain_line_check.h"
#include "weir/statsd/plain_line.h"

namespace {

using weir::sample::Sample;
using weir::statsd::Dialects;
using weir::support::ParsedLine;

void check_line(const char* at, const char* end, std::string_view line, const Dialects& dialects) {
  weir::statsd::PlainLine plain{};
  const char* const stop = weir::support::read_plain_line(at, end, dialects, plain);
  if (stop == nullptr) return;
  assert(stop == line.data() + line.size());
  assert(!line.ends_with('\r'));
  const ParsedLine parsed(line, dialects);
  const auto fault = weir::statsd::LineParser(dialects, {}).fault_of(plain);
  assert(fault == parsed.fault());
  assert(!fault == parsed.is_accepted());
  assert(fault || weir::support::is_same(plain.sample(), parsed.samples.front()));
}

// Once the parser took an identity, its plain lines need no parser.
void check_promise(const Sample& known, const Dialects& dialects) {
  const std::string line = weir::support::plain_line_about(known, "0.25");
  Sample sample;
  if (line.empty() || weir::support::read_plain_line(line.data(), line.data() + line.size(),
                                                     dialects, sample) == nullptr) {
    return;
  }
  if (!weir::support::is_same_identity(sample, known)) return;
  const ParsedLine parsed(line, dialects);
  assert(parsed.is_accepted() && weir::support::is_same(sample, parsed.samples.front()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Dialects dialects{.dogstatsd = (data[0] & 1) == 0,
                          .influxdb = (data[0] & 2) == 0,
                          .librato = (data[0] & 4) == 0,
                          .signalfx = (data[0] & 8) == 0,
                          .graphite = (data[0] & 32) != 0,
                          .colons_in_names = (data[0] & 16) != 0,
                          .meters = (data[0] & 64) != 0,
                          .spaces = (data[0] & 128) != 0};
  const std::string_view datagram(reinterpret_cast<const char*>(data) + 1, size - 1);
  const char* const end = datagram.data() + datagram.size();
  for (std::size_t at = 0; at <= datagram.size();) {
    const std::string_view line = datagram.substr(at, datagram.find('\n', at) - at);
    check_line(datagram.data() + at, end, line, dialects);
    const ParsedLine parsed(line, dialects);
    for (const Sample& known : parsed.samples) check_promise(known, dialects);
    at += line.size() + 1;
  }
  return 0;
}
