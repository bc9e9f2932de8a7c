// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/line.h"

namespace weir::wavefront {

void append_plain(std::string& out, const Word& word) {
  if (!word.is_escaped) {
    out += word.text;
    return;
  }
  for (std::size_t i = 0; i < word.text.size(); ++i) {
    const bool is_escape =
        word.text[i] == '\\' && i + 1 < word.text.size() && word.text[i + 1] == word.quote;
    if (!is_escape) out += word.text[i];
  }
}

std::string_view text_of(LineFault fault) {
  switch (fault) {
    case LineFault::Unsupported: return "neither a metric nor a distribution";
    case LineFault::MissingName: return "no name";
    case LineFault::BadValue: return "the value is not a number";
    case LineFault::BadTimestamp: return "the time is not a number";
    case LineFault::BadTag: return "a tag is not key=value";
    case LineFault::BadCentroid:
      return "a centroid is not #count mean, with a count from 1 to --limits.sampling-weight";
    case LineFault::MissingCentroids: return "a distribution without centroids";
    case LineFault::UnmatchedQuote: return "a quote is not closed";
    case LineFault::ZeroByte: return "a byte is zero";
    case LineFault::TooManyCentroids: return "too many centroids for so long a name and tags";
  }
  return {};
}

}  // namespace weir::wavefront
