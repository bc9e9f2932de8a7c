// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/influx/point.h"
#include "weir/influx/tags.h"
#include "weir/sample/sample.h"

namespace weir::influx {

// Takes what the fields of points become.
class SampleVisitor {
 public:
  virtual ~SampleVisitor() = default;
  // `sample` borrows from the line of its point and from the maker.
  virtual void on_sample(const sample::Sample& sample) = 0;
  // The names of the samples so far are about to go.
  virtual void on_names_full() = 0;
};

// What became of the fields of a point.
struct FieldCounts {
  std::uint32_t samples = 0;
  std::uint32_t texts = 0;    // strings, of which nothing is made
  std::uint32_t derived = 0;  // the mean of a histogram, which sum and count give
};

// From points to samples (docs/influx.md): the meters of Micrometer by what they are, every other
// field as a gauge `measurement_field`, or `measurement` of the field `value`. Tags are carried as
// they were sent, in one identity field, which `TagReader` reads. One thread at a time.
class SampleMaker {
 public:
  FieldCounts make(const Point& point, SampleVisitor& visitor);
  // The names of all samples made so far may go.
  void clear() { names_.clear(); }

 private:
  // Those of a batch; a longer name has a place of its own.
  static constexpr std::size_t kNamesBytes = 65'536;

  [[nodiscard]] std::string_view make_name(const Point& point, std::string_view key,
                                           std::string_view suffix, SampleVisitor& visitor);

  // Never grows while names are lent.
  std::string names_;
};

}  // namespace weir::influx
