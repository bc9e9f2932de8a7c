// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "mapping/findings.h"
#include "mapping/yaml_document.h"

namespace weir::mapping {

// Tells of a file that is no mapping file, but that people take for one. Each is false when there
// is nothing to tell.

// `text` is in the form of before statsd_exporter 0.5: blocks of a glob and `key="value"` lines.
bool fault_text_form(std::string_view text, Findings& findings);

// A list of rules without `mappings:`, a Kubernetes object such as a ConfigMap, or the values of a
// Helm chart.
bool fault_wrong_document(const YamlNode& root, Findings& findings);

}  // namespace weir::mapping
