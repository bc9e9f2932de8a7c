// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::exposition {

// Writes the labels of a label body to `at` as protobuf has them, the fields `label` of a Metric,
// and returns their end. Takes what most bodies are: without escapes and names in quotes, and not
// long. Where the quotes are is all there is to know of such a body, and `="` is as long as what
// protobuf has there, so that a name and its value are copied together. Returns null for any other
// body, which is LabelReader's; what is at `at` then means nothing. There is room for four times
// the body.
[[nodiscard]] char* put_plain_labels(char* at, std::string_view body);

}  // namespace weir::exposition
