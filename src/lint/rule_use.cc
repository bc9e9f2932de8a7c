// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/rule_use.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::lint {

namespace {

// The daemon's defaults.
constexpr pipeline::LabelLimits kLimits{100, 8192};

// Two of them that agree by chance would count as one; of a million that is as likely as 1 in 10^7.
using Hashes = std::unordered_set<std::size_t>;

std::size_t hash_of(std::string_view a, std::string_view b = {}) {
  const auto hash = std::hash<std::string_view>();
  return hash(a) * 0x9E3779B97F4A7C15U ^ hash(b);
}

}  // namespace

class RuleUseCounter::Counts : public statsd::LineVisitor {
 public:
  Counts(std::shared_ptr<const mapping::RuleSet> rules, base::NameValidation names)
      : prepared_(pipeline::prepare(std::move(rules), 1)),
        parser_(statsd::Dialects(), {}),
        resolver_(statsd::Dialects(), kLimits, {}, names),
        by_rule_(prepared_->rules->rules().size()) {
    parser_.read_sets(prepared_->wants_sets);
  }

  void take(std::string_view line) {
    ++lines_;
    parser_.parse(line, *this);
  }

  void on_attempt() override { ++samples_; }
  void on_unknown_type(const sample::Sample& /*sample*/, std::string_view /*type*/) override {
    ++refused_;
  }
  void on_rejection(statsd::Rejection /*rejection*/, std::string_view /*part*/) override {
    ++refused_;
  }
  void on_weight_capped() override {}
  void on_message(statsd::Message /*message*/) override { ++refused_; }

  void on_sample(const sample::Sample& sample) override {
    const auto resolution = resolver_.describe(sample, *prepared_);
    if (resolution.treatment.disposition == pipeline::Disposition::Unread) {
      ++refused_;
      return;
    }
    const auto name = resolver_.steps().raw_name;
    if (resolution.rule == nullptr) {
      take_unmapped(name);
    } else {
      take_mapped(resolution, name);
    }
  }

  [[nodiscard]] RuleUse result() const {
    RuleUse use{lines_, samples_, refused_, {}, {}, unmapped_samples_};
    use.rules.reserve(by_rule_.size());
    for (const auto& rule : prepared_->rules->rules()) {
      const auto& counts = by_rule_[rule.index];
      use.rules.push_back(
          {rule.line, rule.match, counts.samples, counts.names.size(), counts.series.size()});
    }
    use.unmapped.reserve(unmapped_.size());
    for (const auto& [name, samples] : unmapped_) use.unmapped.push_back({name, samples});
    std::ranges::sort(use.unmapped, [](const UnmappedName& a, const UnmappedName& b) {
      return a.samples != b.samples ? a.samples > b.samples : a.name < b.name;
    });
    return use;
  }

 private:
  struct OfRule {
    std::uint64_t samples = 0;
    Hashes names;
    Hashes series;
  };

  void take_mapped(const pipeline::Resolution& resolution, std::string_view name) {
    auto& counts = by_rule_[resolution.rule->index];
    ++counts.samples;
    counts.names.insert(hash_of(name));
    const bool has_series = resolution.treatment.is_kept() && !resolution.treatment.refusal;
    if (has_series) counts.series.insert(hash_of(resolution.name, resolution.labels));
  }

  void take_unmapped(std::string_view name) {
    ++unmapped_samples_;
    if (unmapped_.size() < kUnmappedMax) {
      ++unmapped_[std::string(name)];
    } else if (const auto known = unmapped_.find(std::string(name)); known != unmapped_.end()) {
      ++known->second;
    }
  }

  std::shared_ptr<const pipeline::PreparedRules> prepared_;
  statsd::LineParser parser_;
  pipeline::Resolver resolver_;
  std::uint64_t lines_ = 0;
  std::uint64_t samples_ = 0;
  std::uint64_t refused_ = 0;
  std::vector<OfRule> by_rule_;
  std::unordered_map<std::string, std::uint64_t> unmapped_;
  std::uint64_t unmapped_samples_ = 0;
};

RuleUseCounter::RuleUseCounter(std::shared_ptr<const mapping::RuleSet> rules,
                               base::NameValidation names)
    : counts_(std::make_unique<Counts>(std::move(rules), names)) {}

RuleUseCounter::~RuleUseCounter() = default;

void RuleUseCounter::take(std::string_view line) { counts_->take(line); }

RuleUse RuleUseCounter::result() const { return counts_->result(); }

}  // namespace weir::lint
