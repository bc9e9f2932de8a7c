// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "explain/names.h"
#include "weir/base/escape.h"
#include "weir/base/number.h"
#include "weir/base/utf8.h"
#include "weir/explain/formats.h"

namespace weir::explain {

namespace {

constexpr std::size_t kKeyWidth = 10;
// A longer line is shown from near its fault on.
constexpr std::size_t kLineShown = 160;
constexpr std::size_t kBeforeFault = 60;
constexpr std::string_view kCut = "...";

std::string number_text(double value) {
  std::string text;
  base::append_number(text, value);
  return text;
}

// How many columns a terminal gives it, as far as each character takes one.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string seconds_text(std::chrono::nanoseconds duration) {
  return number_text(std::chrono::duration<double>(duration).count()) + " s";
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

class TextFormat {
 public:
  explicit TextFormat(std::string_view mapping_file) : mapping_file_(mapping_file) {}

  std::string write(const Explanation& explanation) {
    write_line(explanation);
    for (const auto& field : explanation.ignored) {
      row("ignored", fmt::format("{}: {}", field.text, field.why));
    }
    if (!explanation.message.empty()) {
      row("result",
          fmt::format("a DogStatsD {} is counted, and makes no series", explanation.message));
    } else if (explanation.line.empty()) {
      row("result", "an empty line says nothing");
    }
    const bool is_one = explanation.samples.size() + explanation.samples_left_out == 1;
    for (std::size_t i = 0; i < explanation.samples.size(); ++i) {
      write_sample(explanation.samples[i], is_one ? 0 : i + 1);
    }
    if (explanation.samples_left_out != 0) {
      row("", fmt::format("and {} more", counted(explanation.samples_left_out, "sample")));
    }
    write_page(explanation);
    return std::move(out_);
  }

 private:
  // What comes after the key is of outsiders, in part.
  void row(std::string_view key, std::string_view text) {
    out_ += fmt::format("{:<{}}", key, kKeyWidth);
    out_ += base::visible(text);
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
  }

  void write_line(const Explanation& explanation) {
    const bool has_places = std::ranges::any_of(
        explanation.faults, [](const Fault& fault) { return fault.place.has_value(); });
    if (!has_places) row("line", shown_line(explanation.line, 0, kLineShown));
    for (const auto& fault : explanation.faults) {
      if (fault.place) {
        write_caret(explanation.line, *fault.place);
      }
      write_fault(fault);
    }
    if (!explanation.dialect.empty()) row("dialect", explanation.dialect);
  }

  // From a byte on; not all of a long one.
  static std::string shown_line(std::string_view line, std::size_t begin, std::size_t size) {
    // Not from within a character.
    while (begin < line.size() && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80U) {
      ++begin;
    }
    const auto shown = base::beginning_of(line.substr(begin), size);
    std::string text = begin == 0 ? "" : std::string(kCut);
    text += shown;
    if (begin + shown.size() < line.size()) text += kCut;
    return text;
  }

  // The line again, so that what is marked is right below it.
  void write_caret(std::string_view line, const Place& place) {
    const auto begin =
        line.size() > kLineShown && place.begin > kBeforeFault ? place.begin - kBeforeFault : 0;
    row("line", shown_line(line, begin, kLineShown));
    const auto before = base::visible(shown_line(line.substr(0, place.begin), begin, kLineShown));
    const auto marked = columns_of(base::visible(line.substr(place.begin, place.size)));
    out_ += std::string(kKeyWidth + columns_of(before), ' ');
    out_ += '^';
    const auto room = kLineShown - std::min(kLineShown, place.begin - begin);
    out_ += std::string(
        std::min(std::max<std::size_t>(marked, 1), std::max<std::size_t>(room, 1)) - 1, '~');
    out_ += '\n';
  }

  void write_fault(const Fault& fault) {
    row(fault.is_loss ? "refused" : "without",
        fmt::format("{} ({})", fault.text, pipeline::name_of(fault.reason)));
  }

  void write_sample(const SampleExplanation& sample, std::size_t number) {
    if (number != 0) out_ += fmt::format("\nsample {}\n", number);
    row("name", sample.raw_name);
    row("type", kind_name(sample.kind));
    row("value", value_text(sample));
    if (!sample.tags.empty()) row("tags", pairs_text(sample.tags));
    write_rules(sample);
    write_result(sample);
  }

  static std::string value_text(const SampleExplanation& sample) {
    if (sample.kind == sample::SampleKind::Set)
      return fmt::format("`{}` counts once", sample.member);
    std::string text = number_text(sample.sent);
    if (sample.sampling_factor != 1 && !sample.is_total) {
      text += fmt::format(", sampled: divided by {}", number_text(sample.sampling_factor));
    }
    if (sample.weight != 1) {
      text += fmt::format(", sampled: stands for {} observations", sample.weight);
    }
    return text;
  }

  static std::string pairs_text(const std::vector<TextPair>& pairs) {
    std::string text;
    for (const auto& pair : pairs) {
      text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ", ", pair.name, pair.value);
    }
    return text;
  }

  void write_rules(const SampleExplanation& sample) {
    for (std::size_t i = 0; i < sample.rules.size(); ++i) {
      row(i == 0 ? "rules" : "", rule_text(sample, i));
    }
    if (sample.rules_left_out != 0) {
      row("", fmt::format("and {} that do not take it", counted(sample.rules_left_out, "rule")));
    }
    if (!sample.winner) {
      row(sample.rules.empty() ? "rules" : "", "no rule takes it: the defaults apply");
    }
  }

  [[nodiscard]] std::string rule_text(const SampleExplanation& sample, std::size_t place) const {
    const auto& rule = sample.rules[place];
    std::string text = fmt::format("{}:{} {} ", mapping_file_, rule.line, rule.match);
    switch (rule.verdict) {
      case Verdict::Differs: return text + "- no: " + rule.why;
      case Verdict::Hidden: return text + "- would take it too, but comes later";
      case Verdict::Wins: break;
    }
    text += "- takes it";
    for (std::size_t i = 1; i < sample.captures.size(); ++i) {
      text += fmt::format("{} ${} = `{}`", i == 1 ? ":" : ",", i, sample.captures[i]);
    }
    return text;
  }

  void write_result(const SampleExplanation& sample) {
    if (sample.end == End::Dropped) {
      row("result", "dropped, as the rule says (action: drop)");
      return;
    }
    const auto& series = sample.series;
    row("series", series.label_body.empty()
                      ? series.name
                      : fmt::format("{}{{{}}}", series.name, series.label_body));
    if (sample.fault) {
      write_fault(*sample.fault);
      return;
    }
    if (sample.end == End::Refused) return;
    row("", definition_text(series));
    for (const auto& name : series.beside) row("", fmt::format("and beside it {}", name));
    if (sample.live) {
      row("store", sample.live->is_known ? "the series is there already" : "the series is new");
    }
    row("result", recorded_text(sample));
  }

  static std::string definition_text(const Series& series) {
    const auto& definition = series.definition;
    std::string text(metrics::type_name(definition.type));
    if (definition.type == metrics::Type::Histogram) {
      text += fmt::format(", buckets {}", numbers_text(definition.bounds));
      if (definition.native) text += ", and native ones";
    } else if (definition.type == metrics::Type::Summary) {
      std::vector<double> quantiles;
      quantiles.reserve(definition.objectives.size());
      for (const auto& objective : definition.objectives) quantiles.push_back(objective.quantile);
      text += fmt::format(", quantiles {} over {}", numbers_text(quantiles),
                          seconds_text(definition.max_age));
    } else if (definition.gauge == metrics::GaugeKind::Distinct) {
      text += fmt::format(", different values over {}", seconds_text(definition.max_age));
    }
    if (!series.unit.empty()) text += fmt::format(", in {}", series.unit);
    return text + (series.ttl.count() == 0
                       ? std::string(", never expires")
                       : fmt::format(", expires after {}", seconds_text(series.ttl)));
  }

  static std::string numbers_text(const std::vector<double>& numbers) {
    if (numbers.empty()) return "(none)";
    std::string text;
    for (const double number : numbers) {
      if (!text.empty()) text += ' ';
      text += number_text(number);
    }
    return text;
  }

  static std::string recorded_text(const SampleExplanation& sample) {
    const std::string value = number_text(sample.recorded);
    if (sample.kind == sample::SampleKind::Set) return "counted";
    switch (sample.series.definition.type) {
      case metrics::Type::Counter:
        return sample.is_total ? fmt::format("brought up to {}", value)
                               : fmt::format("goes up by {}", value);
      case metrics::Type::Gauge:
        return fmt::format("{} {}", sample.is_moved ? "moved by" : "set to", value);
      case metrics::Type::Summary:
      case metrics::Type::Histogram: break;
    }
    return sample.weight == 1 ? fmt::format("observes {}", value)
                              : fmt::format("observes {}, {} times", value, sample.weight);
  }

  void write_page(const Explanation& explanation) {
    if (explanation.page.empty()) return;
    out_ += "\nOn the page:\n";
    for (const auto& line : explanation.page) out_ += "  " + base::visible(line) + '\n';
    if (explanation.page_lines_left_out != 0) {
      out_ += fmt::format("  and {} more\n", counted(explanation.page_lines_left_out, "line"));
    }
  }

  std::string_view mapping_file_;
  std::string out_;
};

}  // namespace

std::string text_of(const Explanation& explanation, std::string_view mapping_file) {
  return TextFormat(mapping_file).write(explanation);
}

}  // namespace weir::explain
