// SPDX-License-Identifier: Apache-2.0
// Whatever bytes are sent as InfluxDB lines, they are read or refused, in pieces that add up to the
// bytes. A point that is read has a name and a value for each of its fields, and its tags can be
// read; the same line is read the same way again.
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/influx/point_parser.h"
#include "weir/influx/sample_maker.h"

namespace {

using namespace weir::influx;

constexpr std::size_t kLineMax = 4096;

class Checker final : public SampleVisitor {
 public:
  std::size_t count = 0;

  void on_sample(const weir::sample::Sample& sample) override {
    ++count;
    assert(!sample.name.empty() && std::isfinite(sample.value));
    assert(sample.fields.all().size() == 1 && sample.fields.all()[0].front() == kTagMarker);
    reader_.read(sample.fields.all()[0], [](std::string_view key, std::string_view value) {
      assert(!key.empty() && !value.empty());
    });
  }
  void on_names_full() override {}

 private:
  TagReader reader_;
};

void check(std::string_view content, Precision precision) {
  PointParser parser(kLineMax);
  const auto point = parser.parse(content, precision);
  if (!point) {
    assert(!text_of(point.error()).empty());
    return;
  }
  assert(content.starts_with(point->measurement) && !point->fields.empty());
  Checker checker;
  const FieldCounts counts = SampleMaker().make(*point, checker);
  assert(checker.count == counts.samples);
  assert(counts.samples + counts.texts + counts.derived == point->fields.size());
  PointParser again(kLineMax);
  assert(again.parse(content, precision)->unix_seconds == point->unix_seconds);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto precision = static_cast<Precision>(data[0] % 6);
  // As long as what was sent, so that a read past its end is seen.
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::size_t before = rest.size();
    const std::string_view content = content_of(take_line(rest));
    assert(rest.size() < before);
    if (!content.empty()) check(content, precision);
  }
  return 0;
}
