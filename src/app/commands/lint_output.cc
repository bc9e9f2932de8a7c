// SPDX-License-Identifier: Apache-2.0
#include "app/commands/lint_output.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "weir/base/escape.h"
#include "weir/lint/catalogue.h"

namespace weir::app {

namespace {

// Appends `{"key": "value", ...}`, a member after the other.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += "{"; }

  JsonObject& add(std::string_view key, std::string_view value) {
    begin(key);
    base::append_json_quoted(out_, value);
    return *this;
  }
  JsonObject& add(std::string_view key, std::uint64_t value) {
    begin(key);
    out_ += fmt::format("{}", value);
    return *this;
  }
  // For a value that is written after this.
  void begin(std::string_view key) {
    if (!is_first_) out_ += ", ";
    is_first_ = false;
    base::append_json_quoted(out_, key);
    out_ += ": ";
  }
  void end() { out_ += "}"; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

// A JSON list, an item a line.
class JsonList {
 public:
  explicit JsonList(std::string& out) : out_(out) { out_ += "["; }
  JsonObject begin_item() {
    out_ += is_first_ ? "\n  " : ",\n  ";
    is_first_ = false;
    return JsonObject(out_);
  }
  void end() { out_ += is_first_ ? "]" : "\n]"; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

// A name that fits a line.
std::string shown(std::string_view name) {
  constexpr std::size_t kBytesMax = 200;
  return base::visible(base::beginning_of(name, kBytesMax));
}

void append_rules(const AppliedCapture& capture, std::string& out) {
  JsonList rules(out);
  for (const auto& count : capture.use.rules) {
    rules.begin_item()
        .add("file", capture.mapping_path)
        .add("line", count.line)
        .add("match", count.match)
        .add("samples", count.samples)
        .add("names", count.names)
        .add("series", count.series)
        .end();
  }
  rules.end();
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
  JsonList list(out);
  for (const auto& chapter : lint::catalogue()) {
    for (const auto& kind : chapter.kinds) {
      list.begin_item()
          .add("chapter", chapter.title)
          .add("id", kind.id)
          .add("severity", lint::name_of(kind.severity))
          .add("title", kind.title)
          .add("why", kind.why)
          .add("what_to_do", kind.what_to_do)
          .add("example", kind.example)
          .add("near_miss", kind.near_miss)
          .end();
    }
  }
  list.end();
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

std::string findings_json(const std::vector<LintedFile>& files) {
  std::string out;
  JsonList list(out);
  for (const auto& [file, findings] : files) {
    for (const auto& finding : findings) {
      list.begin_item()
          .add("file", file)
          .add("line", finding.line)
          .add("column", finding.column)
          .add("severity", lint::name_of(finding.kind->severity))
          .add("id", finding.kind->id)
          .add("message", finding.message)
          .add("hint", finding.hint)
          .end();
    }
  }
  list.end();
  return out;
}

std::string capture_text(const AppliedCapture& capture) {
  const auto& use = capture.use;
  auto out = fmt::format("{}: {} lines, {} samples, {} refused\n{:>10} {:>10} {:>10}  rule\n",
                         base::visible(capture.path), use.lines, use.samples, use.refused,
                         "samples", "names", "series");
  for (const auto& count : use.rules) {
    out += fmt::format("{:>10} {:>10} {:>10}  {}:{} {}{}\n", count.samples, count.names,
                       count.series, base::visible(capture.mapping_path), count.line,
                       shown(count.match), count.samples == 0 ? "  (never used)" : "");
  }
  if (use.unmapped.empty()) return out;
  out += fmt::format("{:>10}  unmapped name\n", "samples");
  for (const auto& [name, samples] : use.unmapped) {
    out += fmt::format("{:>10}  {}\n", samples, shown(name));
  }
  return out;
}

std::string capture_json(const AppliedCapture& capture) {
  const auto& use = capture.use;
  std::string out;
  JsonObject object(out);
  object.add("file", capture.path)
      .add("lines", use.lines)
      .add("samples", use.samples)
      .add("refused", use.refused)
      .add("unmapped_samples", use.unmapped_samples)
      .begin("rules");
  append_rules(capture, out);
  object.begin("unmapped");
  JsonList unmapped(out);
  for (const auto& [name, samples] : use.unmapped)
    unmapped.begin_item().add("name", name).add("samples", samples).end();
  unmapped.end();
  object.end();
  return out;
}

}  // namespace weir::app
