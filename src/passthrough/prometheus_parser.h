// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "passthrough/family_list.h"
#include "passthrough/line_reader.h"
#include "passthrough/scanner.h"
#include "weir/base/result.h"
#include "weir/passthrough/text_parser.h"

namespace weir::passthrough {

// Reads the text format 0.0.4 as the parser of Prometheus' Go library (expfmt.TextParser) does,
// mistakes and their words included. For one page.
class PrometheusParser {
 public:
  PrometheusParser(std::string_view page, const ParseLimits& limits)
      : scanner_(page), lines_(scanner_, limits) {}

  [[nodiscard]] base::Result<std::vector<Family>, ParseError> parse();

 private:
  bool read_line();
  bool read_comment();
  bool read_help(OpenFamily& open);
  bool read_type(OpenFamily& open);
  bool read_sample();
  bool read_timestamp(Sample& sample);
  // The family that a line of this name belongs to.
  OpenFamily& family_of(std::string_view name);

  Scanner scanner_;
  LineReader lines_;
  FamilyList families_;
};

}  // namespace weir::passthrough
