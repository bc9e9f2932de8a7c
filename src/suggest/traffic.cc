// SPDX-License-Identifier: Apache-2.0
#include "weir/suggest/traffic.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "suggest/label_limits.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::suggest {

namespace {

// What labels are named by needs no more.
constexpr std::size_t kTagsMax = 64;

// In the order of SampleKind.
constexpr std::array<std::string_view, 6> kTypes{"c", "g", "ms", "h", "d", "s"};

std::string_view type_of(sample::SampleKind kind) { return kTypes[static_cast<std::size_t>(kind)]; }

std::string shortest_line(const sample::Sample& sample) {
  auto line = std::string(sample.name);
  line += ":1|";
  line += type_of(sample.kind);
  for (const auto field : sample.fields.all()) (line += '|') += field;
  return line;
}

void add_tag(SentName& name, const mapping::Tag& tag) {
  const auto place = std::ranges::lower_bound(name.tag_keys, tag.key);
  const bool is_known = place != name.tag_keys.end() && *place == tag.key;
  if (!is_known && name.tag_keys.size() < kTagsMax)
    name.tag_keys.insert(place, std::string(tag.key));
  auto pair = std::pair(std::string(tag.key), std::string(tag.value));
  if (name.tags.size() < kTagsMax && std::ranges::find(name.tags, pair) == name.tags.end()) {
    name.tags.push_back(std::move(pair));
  }
}

}  // namespace

class Traffic::Table : public statsd::LineVisitor {
 public:
  Table(std::shared_ptr<const mapping::RuleSet> present, base::NameValidation names, Limits limits)
      : prepared_(
            pipeline::prepare(std::move(present), 1, nullptr, {.sets = pipeline::Sets::Gauge})),
        parser_(statsd::Dialects(), {}),
        resolver_(statsd::Dialects(), kLabelLimits, {}, names),
        validation_(names),
        limits_(limits) {
    parser_.read_sets(true);
  }

  // The first sample of the line counts as `first`, each after it as `others`. False without one.
  bool take(std::string_view line, std::uint64_t first, std::uint64_t others) {
    weight_ = first;
    next_weight_ = others;
    has_sample_ = false;
    parser_.parse(line, *this);
    return has_sample_;
  }

  void on_attempt() override {}
  void on_unknown_type(const sample::Sample& /*sample*/, std::string_view /*type*/) override {}
  void on_rejection(statsd::Rejection /*rejection*/, std::string_view /*part*/) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message /*message*/) override {}

  void on_sample(const sample::Sample& sample) override {
    has_sample_ = true;
    samples_ += weight_;
    const auto resolution = resolver_.describe(sample, *prepared_);
    const auto steps = resolver_.steps();
    auto* const name = find_or_add(steps.raw_name, sample.kind);
    if (name == nullptr) {
      left_out_ += weight_;
      return;
    }
    name->samples += weight_;
    if (sample.kind == sample::SampleKind::Timer) name->kind = sample.kind;
    name->is_mapped = name->is_mapped || resolution.rule != nullptr;
    if (sample.kind == sample::SampleKind::Counter && sample.value < 0) name->goes_down = true;
    for (const auto& tag : steps.tags) add_tag(*name, tag);
    add_series(*name, resolution.labels, sample);
    weight_ = next_weight_;
  }

  [[nodiscard]] std::span<const SentName> names() const { return names_; }
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }
  [[nodiscard]] base::NameValidation validation() const { return validation_; }

 private:
  // Null where there is no room.
  SentName* find_or_add(std::string_view raw, sample::SampleKind kind) {
    auto key = std::to_string(static_cast<int>(sample::event_kind(kind)));
    (key += ' ') += raw;
    const auto known = index_.find(key);
    if (known != index_.end()) return &names_[known->second];
    if (raw.empty() || names_.size() == limits_.names_max || !has_room(2 * key.size())) {
      return nullptr;
    }
    index_.emplace(std::move(key), names_.size());
    auto& added = names_.emplace_back();
    added.name = raw;
    added.kind = kind;
    return &added;
  }

  void add_series(SentName& name, std::string_view labels, const sample::Sample& sample) {
    auto key = std::to_string(&name - names_.data());
    (key += ' ') += labels;
    const auto hash = std::hash<std::string>()(key);
    if (const auto known = series_.find(hash); known != series_.end()) {
      name.series[known->second].samples += weight_;
      return;
    }
    auto line = shortest_line(sample);
    if (series_.size() == limits_.series_max || !has_room(line.size())) {
      left_out_ += weight_;
      return;
    }
    series_.emplace(hash, name.series.size());
    name.series.push_back({std::move(line), weight_});
  }

  [[nodiscard]] bool has_room(std::size_t bytes) {
    if (text_bytes_ + bytes > limits_.text_bytes_max) return false;
    text_bytes_ += bytes;
    return true;
  }

  std::shared_ptr<const pipeline::PreparedRules> prepared_;
  statsd::LineParser parser_;
  pipeline::Resolver resolver_;
  base::NameValidation validation_;
  Limits limits_;
  // Of the sample under way, and of the next one.
  std::uint64_t weight_ = 1;
  std::uint64_t next_weight_ = 1;
  bool has_sample_ = false;
  std::uint64_t samples_ = 0;
  std::uint64_t left_out_ = 0;
  std::size_t text_bytes_ = 0;
  std::vector<SentName> names_;
  std::unordered_map<std::string, std::size_t> index_;
  // By a hash of the name's place and its labels: where it is among the series of its name. Two
  // that agree by chance would be one; of 200,000 that is as likely as 1 in 10^9.
  std::unordered_map<std::size_t, std::size_t> series_;
};

Traffic::Traffic(std::shared_ptr<const mapping::RuleSet> present, base::NameValidation names,
                 Limits limits)
    : table_(std::make_unique<Table>(std::move(present), names, limits)) {}

Traffic::~Traffic() = default;

void Traffic::take(std::string_view line) { table_->take(line, 1, 1); }

bool Traffic::take_example(std::string_view line, std::uint64_t samples) {
  return table_->take(line, samples, 0);
}

void Traffic::take_name(std::string_view name, sample::SampleKind kind, std::uint64_t samples) {
  table_->take(std::string(name).append(":1|").append(type_of(kind)), samples, 0);
}

std::span<const SentName> Traffic::names() const { return table_->names(); }

std::uint64_t Traffic::samples() const { return table_->samples(); }

std::uint64_t Traffic::left_out() const { return table_->left_out(); }

base::NameValidation Traffic::validation() const { return table_->validation(); }

}  // namespace weir::suggest
