// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/number.h"
#include "weir/metrics/reading.h"

namespace weir::metrics {

inline double read_number(const std::string& text) {
  const auto number = base::parse_number(text);
  if (number.fault != base::NumberFault::None) throw std::runtime_error("not a number: " + text);
  return number.value;
}

inline std::vector<std::string> split_words(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> split;
  for (std::string word; words >> word;) split.push_back(word);
  return split;
}

// What the reference's library makes of a list of observations.
struct NativeVector {
  std::map<std::string, std::string> fields;

  [[nodiscard]] std::string text(const std::string& key) const { return fields.at(key); }
  [[nodiscard]] double number(const std::string& key) const { return read_number(text(key)); }
  [[nodiscard]] std::vector<double> numbers(const std::string& key) const {
    std::vector<double> all;
    for (const auto& word : split_words(text(key))) all.push_back(read_number(word));
    return all;
  }
};

struct NativeVectors {
  std::vector<NativeVector> cases;
  // Factor and schema.
  std::vector<std::pair<double, int>> schemas;
};

inline NativeVectors read_native_vectors() {
  std::ifstream file(WEIR_GOLDEN_DIR "/native-histogram-vectors.txt");
  NativeVectors vectors;
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
    const std::string key = line.substr(0, colon);
    const std::string value = line.substr(colon + 2);
    if (key == "schema" && value.find(' ') != std::string::npos) {
      const auto words = split_words(value);
      vectors.schemas.emplace_back(read_number(words.at(0)), std::stoi(words.at(1)));
      continue;
    }
    if (key == "case") vectors.cases.emplace_back();
    vectors.cases.back().fields[key] = value;
  }
  return vectors;
}

// As the file writes them: `offset:length` for each.
inline std::string spans_text(const SpannedBuckets& buckets) {
  std::string text;
  for (const auto& span : buckets.spans) {
    if (!text.empty()) text += ' ';
    text += std::to_string(span.offset) + ':' + std::to_string(span.length);
  }
  return text;
}

inline std::string deltas_text(const SpannedBuckets& buckets) {
  std::string text;
  std::int64_t before = 0;
  for (const auto count : buckets.counts) {
    if (!text.empty()) text += ' ';
    text += std::to_string(static_cast<std::int64_t>(count) - before);
    before = static_cast<std::int64_t>(count);
  }
  return text;
}

}  // namespace weir::metrics
