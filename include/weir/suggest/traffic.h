// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/mapping/rule_set.h"
#include "weir/sample/sample.h"

namespace weir::suggest {

// One series as it was sent: its name with tags, in the shortest line that makes it.
struct SentSeries {
  std::string line;
  std::uint64_t samples = 0;
};

// A name as rules see it, for one kind of metric.
struct SentName {
  std::string name;
  // The type that it was sent under; of observations a timer where there was one.
  sample::SampleKind kind = sample::SampleKind::Counter;
  std::uint64_t samples = 0;
  // A rule of the present mapping takes it, or took it with one of its sets of tags.
  bool is_mapped = false;
  // A counter that was sent with a negative increment, which only a gauge can take.
  bool goes_down = false;
  std::vector<SentSeries> series;
  // Of tags, each pair once; of many pairs the first.
  std::vector<std::pair<std::string, std::string>> tags;
  // Each key once, sorted.
  std::vector<std::string> tag_keys;
};

// Which names and series lines hold. One thread.
class Traffic {
 public:
  // More is counted in `left_out` and not kept. The text of a series is its name with its tags.
  struct Limits {
    std::size_t names_max = 100'000;
    std::size_t series_max = 200'000;
    std::size_t text_bytes_max = std::size_t{64} << 20;
  };

  // `present` are the rules in use.
  Traffic(std::shared_ptr<const mapping::RuleSet> present, base::NameValidation names,
          Limits limits);
  Traffic(std::shared_ptr<const mapping::RuleSet> present, base::NameValidation names)
      : Traffic(std::move(present), names, Limits()) {}
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // `line` has no newline. What of it is no sample is not taken.
  void take(std::string_view line);
  // The same for a line that counts as `samples` samples, whatever it holds.
  // False when it holds none.
  bool take_example(std::string_view line, std::uint64_t samples);
  // The same for a name without tags.
  void take_name(std::string_view name, sample::SampleKind kind, std::uint64_t samples);

  // In the order in which they came.
  [[nodiscard]] std::span<const SentName> names() const;
  [[nodiscard]] std::uint64_t samples() const;
  // Samples whose name or tags were not kept.
  [[nodiscard]] std::uint64_t left_out() const;
  [[nodiscard]] base::NameValidation validation() const;

 private:
  class Table;
  std::unique_ptr<Table> table_;
};

}  // namespace weir::suggest
