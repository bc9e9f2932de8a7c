// SPDX-License-Identifier: Apache-2.0
// Whatever bytes are sent as a line of Wavefront, it is read or refused. Of one that is read every
// sample has a name and a finite value, its tags can be read and have values, and it has no more
// weight than was allowed; the same line is read the same way again.
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/sample/tag_list.h"
#include "weir/wavefront/line_parser.h"
#include "weir/wavefront/sample_maker.h"

namespace {

using namespace weir;
using namespace weir::wavefront;

constexpr std::uint32_t kWeightMax = 1000;

class Checker final : public SampleVisitor {
 public:
  std::uint64_t events = 0;

  void on_sample(const sample::Sample& sample) override {
    events += sample.weight;
    assert(!sample.name.empty() && std::isfinite(sample.value));
    assert(sample.weight >= 1 && sample.weight <= kWeightMax);
    assert(!sample.is_total || sample.kind == sample::SampleKind::Counter);
    assert(sample.fields.all().size() == 1 && sample::is_tag_list(sample.fields.all()[0]));
    sample::for_each_tag(sample.fields.all()[0], [](std::string_view key, std::string_view value) {
      assert(!key.empty() && !value.empty());
    });
  }
  void on_texts_full() override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As long as what was sent, so that a read past its end is seen.
  const std::string line(reinterpret_cast<const char*>(data), size);
  if (is_blank(line)) return 0;
  LineParser parser(kWeightMax);
  const auto parsed = parser.parse(line);
  if (!parsed) {
    assert(!text_of(parsed.error()).empty());
    return 0;
  }
  Checker checker;
  assert(SampleMaker().make(*parsed, checker) == checker.events && checker.events > 0);
  LineParser again(kWeightMax);
  assert(again.parse(line)->unix_seconds == parsed->unix_seconds);
  return 0;
}
