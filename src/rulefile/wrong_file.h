// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// Reports a file that is no mapping file, but that people take for one. Each is false when there is
// nothing to report.

// `text` is in the form of before statsd_exporter 0.5: blocks of a glob and `key="value"` lines.
bool fault_text_form(std::string_view text, Diagnostics& diagnostics);

// A list of rules without `mappings:`, a Kubernetes object such as a ConfigMap, or the values of a
// Helm chart.
bool fault_wrong_document(const YamlNode& root, Diagnostics& diagnostics);

}  // namespace weir::rulefile
