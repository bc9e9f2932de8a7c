// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <fmt/core.h>

#include "explain/names.h"
#include "weir/base/json_writer.h"
#include "weir/explain/formats.h"

namespace weir::explain {

namespace {

using base::JsonWriter;

double seconds_of(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

class JsonFormat {
 public:
  JsonFormat(std::string& out, std::string_view mapping_file)
      : json_(out), mapping_file_(mapping_file) {}

  void write(const Explanation& explanation) {
    json_.open_object();
    json_.key("line").text(explanation.line);
    json_.key("applied").boolean(explanation.is_applied());
    json_.key("dialect");
    text_or_null(explanation.dialect);
    json_.key("message");
    text_or_null(explanation.message);
    write_list("faults", explanation.faults, [this](const Fault& fault) { write_fault(fault); });
    write_list("ignored", explanation.ignored,
               [this](const IgnoredField& field) { write_ignored(field); });
    write_list("samples", explanation.samples,
               [this](const SampleExplanation& sample) { write_sample(sample); });
    json_.key("samples_left_out").count(explanation.samples_left_out);
    write_list("page", explanation.page, [this](const std::string& line) { json_.text(line); });
    json_.key("page_lines_left_out").count(explanation.page_lines_left_out);
    json_.close_object();
  }

 private:
  template <class List, class Write>
  void write_list(std::string_view name, const List& list, Write write) {
    json_.key(name).open_array();
    for (const auto& entry : list) write(entry);
    json_.close_array();
  }

  void text_or_null(std::string_view text) {
    if (text.empty()) {
      json_.null();
    } else {
      json_.text(text);
    }
  }

  void write_place(const Place& place) {
    json_.key("begin").count(place.begin);
    json_.key("size").count(place.size);
  }

  void write_fault(const Fault& fault) {
    json_.open_object();
    json_.key("reason").text(pipeline::name_of(fault.reason));
    json_.key("text").text(fault.text);
    json_.key("is_loss").boolean(fault.is_loss);
    if (fault.place) write_place(*fault.place);
    json_.close_object();
  }

  void write_ignored(const IgnoredField& field) {
    json_.open_object();
    json_.key("field").text(field.text);
    json_.key("why").text(field.why);
    write_place(field.place);
    json_.close_object();
  }

  void write_pairs(std::string_view name, const std::vector<TextPair>& pairs) {
    write_list(name, pairs, [this](const TextPair& pair) {
      json_.open_object();
      json_.key("name").text(pair.name);
      json_.key("value").text(pair.value);
      json_.close_object();
    });
  }

  void write_value(const SampleExplanation& sample) {
    if (sample.kind == sample::SampleKind::Set) {
      json_.key("member").text(sample.member);
      return;
    }
    json_.key("sent").number(sample.sent);
    json_.key("sampling_factor").number(sample.sampling_factor);
    json_.key("observations").count(sample.weight);
    json_.key("recorded").number(sample.recorded);
    json_.key("is_moved").boolean(sample.is_moved);
    json_.key("is_total").boolean(sample.is_total);
  }

  void write_rule(const RuleVerdict& rule) {
    json_.open_object();
    json_.key("place").text(fmt::format("{}:{}", mapping_file_, rule.line));
    json_.key("match").text(rule.match);
    json_.key("match_type").text(match_type_name(rule.match_type));
    json_.key("verdict").text(verdict_name(rule.verdict));
    if (rule.verdict == Verdict::Differs) {
      json_.key("differs_in").text(part_name(rule.part));
      json_.key("why").text(rule.why);
    }
    json_.close_object();
  }

  void write_sample(const SampleExplanation& sample) {
    json_.open_object();
    json_.key("name").text(sample.raw_name);
    json_.key("type").text(kind_name(sample.kind));
    write_value(sample);
    write_pairs("tags", sample.tags);
    write_list("rules", sample.rules, [this](const RuleVerdict& rule) { write_rule(rule); });
    json_.key("rules_left_out").count(sample.rules_left_out);
    json_.key("rule");
    if (sample.winner) {
      write_rule(sample.rules[*sample.winner]);
    } else {
      json_.null();
    }
    write_list("captures", sample.captures,
               [this](const std::string& capture) { json_.text(capture); });
    json_.key("live");
    write_live(sample);
    json_.key("end").text(end_name(sample.end));
    json_.key("fault");
    if (sample.fault) {
      write_fault(*sample.fault);
    } else {
      json_.null();
    }
    json_.key("series");
    write_series(sample.series);
    json_.close_object();
  }

  void write_live(const SampleExplanation& sample) {
    if (!sample.live) {
      json_.null();
      return;
    }
    json_.open_object();
    json_.key("answer").text(answer_name(sample.live->admitted));
    json_.key("is_known").boolean(sample.live->is_known);
    json_.close_object();
  }

  void write_series(const Series& series) {
    json_.open_object();
    json_.key("name").text(series.name);
    write_pairs("labels", series.labels);
    json_.key("type").text(metrics::type_name(series.definition.type));
    json_.key("help");
    text_or_null(series.help);
    json_.key("unit");
    text_or_null(series.unit);
    json_.key("ttl_seconds").number(seconds_of(series.ttl));
    write_definition(series.definition);
    write_list("beside", series.beside, [this](const std::string& name) { json_.text(name); });
    json_.close_object();
  }

  void write_definition(const metrics::Definition& definition) {
    if (definition.type == metrics::Type::Histogram) {
      write_list("buckets", definition.bounds, [this](double bound) { json_.number(bound); });
      json_.key("native_buckets_max").count(definition.native ? definition.native->buckets_max : 0);
    } else if (definition.type == metrics::Type::Summary) {
      write_list("quantiles", definition.objectives, [this](const metrics::Objective& objective) {
        json_.open_object();
        json_.key("quantile").number(objective.quantile);
        json_.key("error").number(objective.error);
        json_.close_object();
      });
      json_.key("max_age_seconds").number(seconds_of(definition.max_age));
    } else if (definition.gauge == metrics::GaugeKind::Distinct) {
      json_.key("window_seconds").number(seconds_of(definition.max_age));
    }
  }

  JsonWriter json_;
  std::string_view mapping_file_;
};

}  // namespace

std::string json_of(const Explanation& explanation, std::string_view mapping_file) {
  std::string out;
  JsonFormat(out, mapping_file).write(explanation);
  return out;
}

}  // namespace weir::explain
