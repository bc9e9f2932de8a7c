// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/text_parser.h"

#include <fmt/format.h>

#include "passthrough/openmetrics_parser.h"
#include "passthrough/prometheus_parser.h"

namespace weir::passthrough {

namespace {

bool ends_as_openmetrics(std::string_view page) {
  constexpr std::string_view kEnd = "# EOF";
  if (page.ends_with('\n')) page.remove_suffix(1);
  return page == kEnd || page.ends_with("\n# EOF");
}

}  // namespace

base::Result<std::vector<Family>, ParseError> parse_text(std::string_view page,
                                                         const ParseLimits& limits,
                                                         TextFormat format) {
  if (page.size() > limits.bytes_max) {
    return ParseError{.what = fmt::format("more than {} bytes", limits.bytes_max)};
  }
  const bool is_openmetrics = format == TextFormat::OpenMetrics ||
                              (format == TextFormat::Detect && ends_as_openmetrics(page));
  if (is_openmetrics) return OpenMetricsParser(page, limits).parse();
  return PrometheusParser(page, limits).parse();
}

}  // namespace weir::passthrough
