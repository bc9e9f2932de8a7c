// SPDX-License-Identifier: Apache-2.0
#include "weir/explain/explainer.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "explain/line_reader.h"
#include "explain/live_store.h"
#include "explain/refusal_record.h"
#include "explain/rule_trail.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/scrape.h"
#include "weir/pipeline/resolver.h"
#include "weir/pipeline/series_request.h"

namespace weir::explain {

namespace {

// Of one line there are never so many.
constexpr std::size_t kSeriesPerSlice = 4'096;
constexpr std::size_t kBindingsMax = 1'024;

std::string_view message_name(const std::optional<statsd::Message>& message) {
  if (!message) return {};
  return *message == statsd::Message::Event ? "event" : "service check";
}

double sampling_factor_of(const sample::Sample& sample) {
  const bool is_divided = sample.kind == sample::SampleKind::Counter && sample.value != 0 &&
                          std::isfinite(sample.value) && std::isfinite(sample.unsampled);
  if (!is_divided) return 1;
  return sample.unsampled / sample.value;
}

std::vector<std::string> names_beside(const pipeline::Resolution& resolution) {
  std::vector<std::string> names;
  const std::string name(resolution.name);
  if (resolution.companion != nullptr)
    names.push_back(name + std::string(pipeline::kCompanionSuffix));
  for (const auto kind : resolution.definition->published) {
    names.push_back(name + std::string(pipeline::published_suffix(kind)));
  }
  return names;
}

Series series_of(const pipeline::Resolution& resolution, const pipeline::Resolver::Steps& steps,
                 const mapping::Defaults& defaults) {
  Series series;
  series.name = resolution.name;
  series.label_body = resolution.labels;
  series.labels.reserve(steps.labels.size());
  for (const auto& label : steps.labels)
    series.labels.push_back({std::string(label.name), std::string(label.value)});
  series.definition = *resolution.definition;
  series.unit = resolution.unit;
  series.ttl = resolution.rule == nullptr ? defaults.ttl : resolution.rule->ttl;
  if (resolution.rule != nullptr) series.help = resolution.rule->help;
  series.beside = names_beside(resolution);
  return series;
}

void read_value(const sample::Sample& sample, const pipeline::Treatment& treatment,
                SampleExplanation& explained) {
  explained.kind = sample.kind;
  explained.sent = sample.unsampled;
  explained.member = sample.member;
  explained.sampling_factor = sampling_factor_of(sample);
  explained.weight = sample.weight;
  explained.recorded = treatment.value_of(treatment.sent_by(sample));
  explained.is_moved =
      treatment.type == metrics::Type::Gauge && treatment.moves_gauge(sample.is_relative);
  explained.is_total = treatment.is_total;
}

// Of two samples of one line.
bool meets_same_rules(const SampleExplanation& a, const SampleExplanation& b) {
  return sample::event_kind(a.kind) == sample::event_kind(b.kind) && a.raw_name == b.raw_name &&
         a.tags == b.tags;
}

End end_of(pipeline::Disposition disposition) {
  switch (disposition) {
    case pipeline::Disposition::Dropped: return End::Dropped;
    case pipeline::Disposition::Unread: return End::Refused;
    case pipeline::Disposition::Mapped:
    case pipeline::Disposition::Unmapped: break;
  }
  return End::Applied;
}

// The lines of `page` as far as there may be some.
void take_lines(std::string_view page, std::size_t lines_max, Explanation& explanation) {
  while (!page.empty()) {
    const auto end = std::min(page.find('\n'), page.size());
    if (explanation.page.size() < lines_max) {
      explanation.page.emplace_back(page.substr(0, end));
    } else {
      ++explanation.page_lines_left_out;
    }
    page.remove_prefix(std::min(end + 1, page.size()));
  }
}

}  // namespace

class Explainer::Parts {
 public:
  Parts(std::shared_ptr<const pipeline::PreparedRules> rules, const Options& options,
        base::Instant now)
      : options_(options),
        now_(now),
        rules_(std::move(rules)),
        by_precedence_(rules_->rules->by_precedence()),
        parser_(options.pipeline.dialects, options.pipeline.parser),
        resolver_(options.pipeline.dialects,
                  {options.pipeline.labels_max, options.pipeline.series_bytes_max},
                  {options.pipeline.refuses_non_finite_counters}, options.pipeline.names),
        store_(options.budgets, options.reserved, options.pipeline.seed, now, options.suffixes),
        pipeline_(rules_, store_, pipeline_options()) {
    parser_.read_timestamps(rules_->wants_timestamps);
    parser_.read_sets(rules_->wants_sets);
  }

  Explanation explain(std::string_view line) {
    Explanation explanation;
    explanation.line = line;
    // As that of a datagram.
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view name = parser_.name_of(line);
    if (line.size() <= options_.pipeline.line_bytes_max) read(line, name, explanation);
    refusals_.begin(line, name);
    apply(line);
    hand_out(refusals_.entries(), explanation);
    find_other_names(explanation);
    write_page(explanation);
    if (options_.live != nullptr) use_answers(*options_.live, explanation);
    return explanation;
  }

  std::string page_of(metrics::Scrape::NameFilter is_wanted) {
    std::string page;
    const bool has_utf8_names = options_.pipeline.names == base::NameValidation::Utf8;
    const auto writer = exposition::make_writer(
        {.escaping = exposition::Escaping::AllowUtf8, .has_utf8_names = has_utf8_names}, page);
    metrics::Scrape scrape(store_, {}, std::move(is_wanted));
    while (scrape.advance(*writer, now_.monotonic, kSeriesPerSlice)) {
    }
    return page;
  }

 private:
  pipeline::PipelineOptions pipeline_options() {
    auto made = options_.pipeline;
    made.writers = metrics::Writers::One;
    made.tap = nullptr;
    made.trace = nullptr;
    made.refusals = &refusals_;
    // For so few lines the room of a daemon is none to set aside.
    made.bindings_max = kBindingsMax;
    return made;
  }

  void read(std::string_view line, std::string_view name, Explanation& explanation) {
    const auto found = read_line(parser_, line, options_.limits.samples_max);
    explanation.message = message_name(found.message);
    explanation.samples_left_out = found.samples_left_out;
    explanation.samples.reserve(found.samples.size());
    for (const auto& sample : found.samples) {
      const auto* const before =
          explanation.samples.empty() ? nullptr : &explanation.samples.back();
      auto explained = explain_sample(sample, before);
      explanation.samples.push_back(std::move(explained));
    }
    const auto* const shown = !found.samples.empty()   ? found.samples.data()
                              : !found.unknown.empty() ? found.unknown.data()
                                                       : nullptr;
    if (shown != nullptr) explanation.dialect = dialect_of(*shown, options_.pipeline.dialects);
    explanation.ignored =
        ignored_fields(line, name, found, {options_.pipeline.dialects, honors_timestamps_});
  }

  SampleExplanation explain_sample(const sample::Sample& sample, const SampleExplanation* before) {
    SampleExplanation explained;
    const auto resolution = resolver_.describe(sample, *rules_);
    const auto steps = resolver_.steps();
    honors_timestamps_ = resolution.treatment.honors_timestamps;
    read_value(sample, resolution.treatment, explained);
    explained.raw_name = steps.raw_name;
    explained.tags.reserve(steps.tags.size());
    for (const auto& tag : steps.tags) {
      explained.tags.push_back({std::string(tag.key), std::string(tag.value)});
    }
    if (before != nullptr && meets_same_rules(*before, explained)) {
      explained.rules = before->rules;
      explained.rules_left_out = before->rules_left_out;
      explained.winner = before->winner;
    } else {
      auto trail =
          ask_rules(*rules_->rules, by_precedence_, {steps.raw_name, resolution.event, steps.tags},
                    resolution.rule, options_.limits);
      explained.rules = std::move(trail.rules);
      explained.rules_left_out = trail.left_out;
      explained.winner = trail.winner;
    }
    for (const auto capture : steps.match.captures) explained.captures.emplace_back(capture);
    explained.end = end_of(resolution.treatment.disposition);
    explained.series = series_of(resolution, steps, rules_->rules->defaults());
    if (options_.live != nullptr) {
      explained.live = ask_store(*options_.live, resolution, *rules_, options_.pipeline);
    }
    return explained;
  }

  void apply(std::string_view line) {
    pipeline::Pipeline::Batch batch(pipeline_, now_.monotonic);
    batch.line(line);
  }

  // What was taken although its name is another's has the name for conflicts.
  void find_other_names(Explanation& explanation) const {
    for (auto& sample : explanation.samples) {
      auto& series = sample.series;
      const bool is_done = sample.end != End::Applied || (sample.live && sample.live->is_renamed);
      if (is_done || !store_.obstacle(series.name, series.definition, !series.labels.empty()))
        continue;
      const auto suffix =
          pipeline::conflict_suffix(series.definition.type, series.definition.gauge);
      for (auto& beside : series.beside) beside.insert(series.name.size(), suffix);
      series.name += suffix;
    }
  }

  // In the daemon that is asked as in the explainer's own store.
  static bool has_own_series(const SampleExplanation& sample) {
    return !sample.live ||
           (sample.live->admitted == metrics::Admitted::Own && !sample.live->is_renamed);
  }

  void write_page(Explanation& explanation) {
    std::set<std::string, std::less<>> wanted;
    for (const auto& sample : explanation.samples) {
      if (sample.end != End::Applied || !has_own_series(sample)) continue;
      wanted.insert(sample.series.name);
      wanted.insert(sample.series.beside.begin(), sample.series.beside.end());
    }
    if (wanted.empty()) return;
    const auto page =
        page_of([&wanted](std::string_view family) { return wanted.find(family) != wanted.end(); });
    take_lines(page, options_.limits.page_lines_max, explanation);
  }

  const Options options_;
  const base::Instant now_;
  std::shared_ptr<const pipeline::PreparedRules> rules_;
  std::vector<const mapping::Rule*> by_precedence_;
  statsd::LineParser parser_;
  pipeline::Resolver resolver_;
  RefusalRecord refusals_;
  metrics::Store store_;
  pipeline::Pipeline pipeline_;
  // Of the last sample.
  bool honors_timestamps_ = false;
};

Explainer::Explainer(std::shared_ptr<const pipeline::PreparedRules> rules, const Options& options,
                     base::Instant now)
    : parts_(std::make_unique<Parts>(std::move(rules), options, now)) {}

Explainer::~Explainer() = default;

Explanation Explainer::explain(std::string_view line) { return parts_->explain(line); }
std::string Explainer::page() { return parts_->page_of(nullptr); }

bool Explanation::is_applied() const {
  const auto is_loss = [](const Fault& fault) { return fault.is_loss; };
  return !samples.empty() && std::ranges::none_of(faults, is_loss) &&
         std::ranges::all_of(samples,
                             [](const auto& sample) { return sample.end == End::Applied; });
}

}  // namespace weir::explain
