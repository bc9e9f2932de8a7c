// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "suggest/label_limits.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/loader.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"
#include "weir/suggest/proposal.h"

namespace weir::suggest {

namespace {

// What one mapping file does with samples.
class Fit : public statsd::LineVisitor {
 public:
  Fit(const std::string& text, base::NameValidation names)
      : prepared_(
            pipeline::prepare(rulefile::parse_rules(text, "builtin", {names, false, {}}).rules, 1)),
        parser_(statsd::Dialects(), {}),
        resolver_(statsd::Dialects(), kLabelLimits, {}, names) {
    parser_.read_sets(prepared_->wants_sets);
    find_catch_alls();
  }

  void take(const SentSeries& series) {
    samples_ = series.samples;
    parser_.parse(series.line, *this);
  }

  void on_attempt() override {}
  void on_unknown_type(const sample::Sample& /*sample*/, std::string_view /*type*/) override {}
  void on_rejection(statsd::Rejection /*rejection*/, std::string_view /*part*/) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message /*message*/) override {}
  void on_sample(const sample::Sample& sample) override {
    const auto found = resolver_.resolve(sample, *prepared_);
    if (found.rule == nullptr || catch_alls_.contains(found.rule)) return;
    taken_ += samples_;
    if (found.treatment.disposition != pipeline::Disposition::Mapped) return;
    kept_ += samples_;
    if (!found.labels.empty()) labelled_ += samples_;
  }

  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::uint64_t kept() const { return kept_; }
  // Of what it keeps, how much has labels.
  [[nodiscard]] int labelled_tenths() const {
    if (kept_ == 0) return 0;
    return static_cast<int>((20 * labelled_ / kept_ + 1) / 2);
  }

 private:
  // Rules that take names of no program know nothing of those that are sent.
  void find_catch_alls() {
    mapping::Match match;
    for (const auto* const name : {"zqx0", "zqx0.zqy", "zqx0.zqy.zqz", "zqx0.zqy.zqz.zqw"}) {
      for (std::size_t kind = 0; kind < sample::kEventKindCount; ++kind) {
        prepared_->rules->match(name, static_cast<sample::EventKind>(kind), match);
        if (match.rule != nullptr) catch_alls_.insert(match.rule);
      }
    }
  }

  std::shared_ptr<const pipeline::PreparedRules> prepared_;
  std::unordered_set<const mapping::Rule*> catch_alls_;
  statsd::LineParser parser_;
  pipeline::Resolver resolver_;
  std::uint64_t samples_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t labelled_ = 0;
};

enum class Client : std::uint8_t { Plain, Influx, Datadog };

// By the form of most tags.
Client client_of(const Traffic& traffic) {
  std::uint64_t influx = 0;
  std::uint64_t datadog = 0;
  for (const auto& sent : traffic.names()) {
    for (const auto& series : sent.series) {
      const std::string_view line = series.line;
      if (line.find("|#") != std::string_view::npos) datadog += series.samples;
      if (line.substr(0, line.find(':')).find(',') != std::string_view::npos)
        influx += series.samples;
    }
  }
  if (influx == 0 && datadog == 0) return Client::Plain;
  return influx > datadog ? Client::Influx : Client::Datadog;
}

// As the names of the files say.
Client client_of(std::string_view file) {
  if (file.find("influx") != std::string_view::npos) return Client::Influx;
  return file.find("datadog") != std::string_view::npos ? Client::Datadog : Client::Plain;
}

struct Scored {
  BuiltinFit fit;
  bool is_of_client = false;
  // In tenths, as files that keep a little more or less are as good.
  int labelled = 0;
  std::uint64_t kept = 0;

  [[nodiscard]] auto key() const {
    return std::tuple(-fit.share, !is_of_client, -labelled, ~kept, fit.name.size());
  }
};

}  // namespace

std::vector<BuiltinFit> find_builtin_fits(const Traffic& traffic) {
  std::vector<Scored> scored;
  const auto client = client_of(traffic);
  const auto all = static_cast<double>(std::max<std::uint64_t>(1, traffic.samples()));
  for (const auto name : rulefile::builtin_names()) {
    Fit fit(rulefile::builtin_text(name), traffic.validation());
    for (const auto& sent : traffic.names()) {
      for (const auto& series : sent.series) fit.take(series);
    }
    if (fit.taken() == 0) continue;
    scored.push_back({{std::string(name), static_cast<double>(fit.taken()) / all},
                      client_of(name) == client,
                      fit.labelled_tenths(),
                      fit.kept()});
  }
  std::ranges::stable_sort(scored, {}, &Scored::key);
  std::vector<BuiltinFit> fits;
  fits.reserve(scored.size());
  for (auto& each : scored) fits.push_back(std::move(each.fit));
  return fits;
}

}  // namespace weir::suggest
