// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/foreign_reader.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "weir/sample/tag_list.h"

namespace weir::insight {

namespace {

// One line's texts are there until it is done.
class PointVisitor final : public influx::SampleVisitor {
 public:
  explicit PointVisitor(const ForeignReader::TakeSample& take) : take_(take) {}
  void on_sample(const sample::Sample& sample) override { take_(sample); }
  void on_names_full() override {}

 private:
  const ForeignReader::TakeSample& take_;
};

class LineVisitor final : public wavefront::SampleVisitor {
 public:
  explicit LineVisitor(const ForeignReader::TakeSample& take) : take_(take) {}
  void on_sample(const sample::Sample& sample) override { take_(sample); }
  void on_texts_full() override {}

 private:
  const ForeignReader::TakeSample& take_;
};

}  // namespace

// What was taken was within the limits of who took it.
ForeignReader::ForeignReader()
    : points_(std::numeric_limits<std::size_t>::max()),
      lines_(std::numeric_limits<std::uint32_t>::max()) {}

bool ForeignReader::read(sample::Protocol protocol, std::string_view line, const TakeSample& take) {
  return protocol == sample::Protocol::Influx ? read_point(line, take) : read_wavefront(line, take);
}

// In which units its time is matters to no name.
bool ForeignReader::read_point(std::string_view line, const TakeSample& take) {
  const auto point = points_.parse(line, influx::Precision::Nanoseconds);
  if (!point) return false;
  PointVisitor visitor(take);
  point_samples_.make(*point, visitor);
  point_samples_.clear();
  return true;
}

bool ForeignReader::read_wavefront(std::string_view line, const TakeSample& take) {
  const auto parsed = lines_.parse(line);
  if (!parsed) return false;
  LineVisitor visitor(take);
  line_samples_.make(*parsed, visitor);
  line_samples_.clear();
  return true;
}

void ForeignReader::read_tags(sample::Protocol protocol, const sample::Sample& sample,
                              const TakeTag& take) {
  for (const std::string_view field : sample.fields.all()) {
    if (protocol == sample::Protocol::Influx) {
      point_tags_.read(field, take);
    } else {
      sample::for_each_tag(field, take);
    }
  }
}

}  // namespace weir::insight
