// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "passthrough/family_list.h"
#include "passthrough/line_reader.h"
#include "passthrough/scanner.h"
#include "weir/base/result.h"
#include "weir/passthrough/text_parser.h"

namespace weir::passthrough {

// Reads OpenMetrics 1.0 into the model of the text format 0.0.4: a counter has the name of its
// samples, `info` and `stateset` are gauges, the samples of a `gaugehistogram` are untyped. Is
// lenient with blanks and with the order of lines. For one page.
class OpenMetricsParser {
 public:
  OpenMetricsParser(std::string_view page, const ParseLimits& limits)
      : scanner_(page), lines_(scanner_, limits) {}

  [[nodiscard]] base::Result<std::vector<Family>, ParseError> parse();

 private:
  enum class Type : std::uint8_t {
    Unknown,
    Counter,
    Gauge,
    Summary,
    Histogram,
    GaugeHistogram,
    Info,
    StateSet,
  };
  // What metadata lines say of a family.
  struct Metadata {
    Type type = Type::Unknown;
    bool has_type = false;
    std::string help;
  };
  // Where a sample belongs.
  struct Place {
    std::string_view family;
    FamilyType type = FamilyType::Untyped;
    const Metadata* metadata = nullptr;
    // `_created`, which the text format does not have.
    bool is_dropped = false;
  };

  bool read_line();
  bool read_comment();
  bool read_type(Metadata& metadata);
  bool read_sample();
  bool read_timestamp(Sample& sample);
  bool read_end();
  [[nodiscard]] Place place_of(std::string_view name) const;
  [[nodiscard]] static Place place_in(std::string_view name, std::string_view owner,
                                      const Metadata& metadata);
  [[nodiscard]] const Metadata* find(std::string_view name) const;

  Scanner scanner_;
  LineReader lines_;
  FamilyList families_;
  std::unordered_map<std::string_view, Metadata> metadata_;
  bool has_ended_ = false;
};

}  // namespace weir::passthrough
