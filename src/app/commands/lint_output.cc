// SPDX-License-Identifier: Apache-2.0
#include "app/commands/lint_output.h"

#include <string_view>

#include <fmt/format.h>

#include "weir/base/escape.h"
#include "weir/base/json_writer.h"
#include "weir/lint/catalogue.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::app {

namespace {

void write_finding(const std::string& file, const lint::Finding& finding, base::JsonWriter& json) {
  json.open_object().key("file").text(file);
  json.key("line").count(finding.line).key("column").count(finding.column);
  json.key("severity").text(lint::name_of(finding.kind->severity));
  json.key("id").text(finding.kind->id);
  json.key("message").text(finding.message).key("hint").text(finding.hint).close_object();
}

void write_findings(const std::vector<LintedFile>& files, base::JsonWriter& json) {
  json.open_array();
  for (const auto& [file, findings] : files) {
    for (const auto& finding : findings) write_finding(file, finding, json);
  }
  json.close_array();
}

void write_rule(const std::string& file, const lint::RuleCount& count, base::JsonWriter& json) {
  json.open_object().key("file").text(file).key("line").count(count.line);
  json.key("match").text(count.match).key("samples").count(count.samples);
  json.key("names").count(count.names).key("series").count(count.series).close_object();
}

void write_capture(const AppliedCapture& capture, base::JsonWriter& json) {
  const auto& use = capture.use;
  json.open_object().key("file").text(capture.path).key("lines").count(use.lines);
  json.key("samples").count(use.samples).key("refused").count(use.refused);
  json.key("unmapped_samples").count(use.unmapped_samples).key("rules").open_array();
  for (const auto& count : use.rules) write_rule(capture.mapping_path, count, json);
  json.close_array().key("unmapped").open_array();
  for (const auto& [name, samples] : use.unmapped) {
    json.open_object().key("name").text(name).key("samples").count(samples).close_object();
  }
  json.close_array().close_object();
}

}  // namespace

std::string catalogue_text() {
  std::string out;
  for (const auto& chapter : lint::catalogue()) {
    for (const auto& kind : chapter.kinds) {
      out += fmt::format("{:<24}  {:<7}  {}\n", kind.id, lint::name_of(kind.severity), kind.title);
    }
  }
  return out;
}

std::string catalogue_json() {
  std::string out;
  base::JsonWriter json(out);
  json.open_array();
  for (const auto& chapter : lint::catalogue()) {
    for (const auto& kind : chapter.kinds) {
      json.open_object().key("chapter").text(chapter.title).key("id").text(kind.id);
      json.key("severity").text(lint::name_of(kind.severity)).key("title").text(kind.title);
      json.key("why").text(kind.why).key("what_to_do").text(kind.what_to_do);
      json.key("example").text(kind.example).key("near_miss").text(kind.near_miss).close_object();
    }
  }
  json.close_array();
  return out + "\n";
}

std::string findings_text(const std::vector<LintedFile>& files) {
  std::string out;
  for (const auto& [file, findings] : files) {
    for (const auto& finding : findings) {
      out += base::visible(file);
      if (finding.line > 0) out += fmt::format(":{}:{}", finding.line, finding.column);
      out +=
          fmt::format(": {}: {}{}{} [{}]\n", lint::name_of(finding.kind->severity), finding.message,
                      finding.hint.empty() ? "" : ", ", finding.hint, finding.kind->id);
    }
  }
  return out;
}

std::string findings_json(const std::vector<LintedFile>& files,
                          const std::optional<AppliedCapture>& capture,
                          const std::optional<DaemonRules>& daemon) {
  std::string out;
  base::JsonWriter json(out);
  if (!capture && !daemon) {
    write_findings(files, json);
    return out + "\n";
  }
  json.open_object().key("findings");
  write_findings(files, json);
  json.key(capture ? "capture" : "daemon");
  if (capture) {
    write_capture(*capture, json);
  } else {
    write_daemon_rules(*daemon, json);
  }
  json.close_object();
  return out + "\n";
}

std::string capture_text(const AppliedCapture& capture) {
  const auto& use = capture.use;
  auto out = fmt::format("{}: {} lines, {} samples, {} refused\n{:>10} {:>10} {:>10}  rule\n",
                         base::visible(capture.path), use.lines, use.samples, use.refused,
                         "samples", "names", "series");
  for (const auto& count : use.rules) {
    out +=
        fmt::format("{:>10} {:>10} {:>10}  {}:{} {}{}\n", count.samples, count.names, count.series,
                    base::visible(capture.mapping_path), count.line,
                    rulefile::printable(count.match), count.samples == 0 ? "  (never used)" : "");
  }
  if (use.unmapped.empty()) return out;
  out += fmt::format("{:>10}  unmapped name\n", "samples");
  for (const auto& [name, samples] : use.unmapped) {
    out += fmt::format("{:>10}  {}\n", samples, rulefile::printable(name));
  }
  return out;
}

}  // namespace weir::app
