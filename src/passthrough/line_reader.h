// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "passthrough/scanner.h"
#include "weir/passthrough/family.h"
#include "weir/passthrough/text_parser.h"

namespace weir::passthrough {

// The parts of a sample line that both formats have. What reads a part returns false where it is
// wrong, and has noted the mistake. One thread.
class LineReader {
 public:
  // Both must outlive it.
  LineReader(Scanner& scanner, const ParseLimits& limits) : scanner_(scanner), limits_(limits) {}

  // `{a="b",c="d"}`, or nothing. `family` is the family's name, and `type` says which label is a
  // number: `quantile` or `le`.
  bool read_labels(std::string_view family, FamilyType type, Sample& sample);
  bool read_value(Sample& sample);
  // One more sample is allowed.
  bool count_sample();

 private:
  bool read_label(std::string_view family, FamilyType type, Sample& sample);
  bool read_label_value(FamilyType type, Label& label);

  Scanner& scanner_;
  const ParseLimits& limits_;
  std::size_t samples_ = 0;
};

}  // namespace weir::passthrough
