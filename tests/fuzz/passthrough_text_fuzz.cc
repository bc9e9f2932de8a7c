// SPDX-License-Identifier: Apache-2.0
// Whatever page somebody else exposes, it is read or refused with a place in it. What was read is
// within the limits, and once written and read again it is the same; merged with itself, nothing is
// there twice.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/passthrough/merger.h"
#include "weir/passthrough/text_parser.h"
#include "weir/passthrough/text_writer.h"

namespace {

using namespace weir::passthrough;

constexpr ParseLimits kLimits{.bytes_max = 65'536, .samples_max = 200, .labels_max = 8};
// What is written may be longer than what was read: numbers, TYPE lines.
constexpr ParseLimits kWide{
    .bytes_max = std::size_t{64} << 20, .samples_max = 400, .labels_max = 8};

std::size_t count_samples(const std::vector<Family>& families) {
  std::size_t samples = 0;
  for (const Family& family : families) {
    assert(!family.name.empty() && !family.samples.empty());
    samples += family.samples.size();
    for (const Sample& sample : family.samples) {
      assert(sample.name.starts_with(family.name) || family.type == FamilyType::Untyped);
      assert(sample.labels.size() <= kLimits.labels_max);
    }
  }
  return samples;
}

std::string text_of(const std::vector<Family>& families) {
  std::string text;
  write_text(families, text);
  return text;
}

// A histogram `a` and a family `a_count`: samples may change between them when they are read again.
bool has_name_of_another(const std::vector<Family>& families) {
  for (const Family& family : families) {
    for (const Family& other : families) {
      if (family.name.size() > other.name.size() && family.name.starts_with(other.name))
        return true;
    }
  }
  return false;
}

void check(const std::vector<Family>& families) {
  const std::size_t samples = count_samples(families);
  assert(samples <= kLimits.samples_max);
  Merger merger;
  merger.add(families);
  merger.add(families);
  const auto merged = merger.take();
  const MergeCounts& counts = merger.counts();
  assert(count_samples(merged) + counts.duplicates + counts.misfits == 2 * samples);
  assert(counts.duplicates + counts.misfits >= samples);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As long as what was sent, so that a read past its end is seen.
  const std::string page(reinterpret_cast<const char*>(data), size);
  for (const auto format : {TextFormat::Prometheus, TextFormat::OpenMetrics, TextFormat::Detect}) {
    const auto families = parse_text(page, kLimits, format);
    if (!families) {
      assert(!families.error().what.empty() && families.error().line <= size + 1);
      continue;
    }
    check(*families);
    const std::string text = text_of(*families);
    const auto again = parse_text(text, kWide, TextFormat::Prometheus);
    assert((again && text_of(*again) == text) || has_name_of_another(*families));
  }
  return 0;
}
