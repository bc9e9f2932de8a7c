// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "rulefile/options_draft.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// The keys of an item of `mappings` that only weir has, some of which `defaults` has too.
struct ExtensionKeysDraft {
  const YamlNode* drop_tags = nullptr;
  const YamlNode* rename_tags = nullptr;
  const YamlNode* unit = nullptr;
  const YamlNode* distribution_unit = nullptr;
  const YamlNode* as = nullptr;
  const YamlNode* max_series = nullptr;
  const YamlNode* on_conflict = nullptr;
  const YamlNode* relative_gauges = nullptr;
  const YamlNode* honor_timestamps = nullptr;
  const YamlNode* publish = nullptr;
  const YamlNode* set_options = nullptr;
};

// An item of `mappings` as given: types checked, nothing inherited yet. Borrows from the document;
// a node that is absent or null in the file is a null pointer.
struct RuleDraft {
  const YamlNode* entry = nullptr;
  // False after a fault: what the rule lacks may be what could not be read.
  bool is_sound = true;
  const YamlNode* match = nullptr;
  const YamlNode* name = nullptr;
  const YamlNode* labels = nullptr;
  const YamlNode* summary_options = nullptr;
  const YamlNode* histogram_options = nullptr;
  std::optional<mapping::MatchType> match_type;
  std::optional<mapping::ObserverType> observer_type;
  std::optional<sample::EventKind> kind;
  std::vector<mapping::TagCondition> match_tags;
  std::optional<std::chrono::nanoseconds> ttl;
  std::optional<double> scale;
  mapping::Action action = mapping::Action::Map;
  bool honor_labels = false;
  std::string_view help;
  SummaryDraft summary;
  HistogramDraft histogram;
  ExtensionKeysDraft extensions;
};

// `defaults` as given.
struct DefaultsDraft {
  std::optional<mapping::MatchType> match_type;
  // False when there may be a match type that could not be read.
  bool is_match_type_known = true;
  std::optional<mapping::ObserverType> observer_type;
  std::optional<std::chrono::nanoseconds> ttl;
  bool glob_disable_ordering = false;
  const YamlNode* summary_options = nullptr;
  SummaryDraft summary;
  HistogramDraft histogram;
  ExtensionKeysDraft extensions;
};

RuleDraft read_rule(const YamlNode& entry, Diagnostics& diagnostics);
DefaultsDraft read_defaults(const YamlNode& value, Diagnostics& diagnostics);

}  // namespace weir::rulefile
