// SPDX-License-Identifier: Apache-2.0
#include "app/commands/lint_command.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "weir/base/escape.h"
#include "weir/base/name_validation.h"
#include "weir/lint/catalogue.h"
#include "weir/lint/lint.h"

namespace weir::app {

namespace {

using lint::Severity;

enum class Format : std::uint8_t { Text, Json };
constexpr std::array<std::string_view, 2> kFormats{"text", "json"};
// In the order of the enums.
constexpr std::array<std::string_view, 3> kSeverities{"note", "warning", "error"};
constexpr std::array<std::string_view, 2> kValidations{"legacy", "utf8"};

struct Arguments {
  Format format = Format::Text;
  Severity severity_min = Severity::Warning;
  lint::Options options;
  bool lists_kinds = false;
};

void add_flags(FlagSet& flags, Arguments& arguments) {
  flags.add_choice("format", "How to print.", kFormats, arguments.format);
  flags.add_choice("min-severity", "The least to print.", kSeverities, arguments.severity_min);
  flags.add_choice("name-validation", "As --metrics.name-validation of the daemon.", kValidations,
                   arguments.options.names);
  flags.add("list", "Print what there is to find.", arguments.lists_kinds);
}

// Appends `{"key": "value", ...}`, a member after the other.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += "{"; }

  JsonObject& add(std::string_view key, std::string_view value) {
    begin(key);
    base::append_json_quoted(out_, value);
    return *this;
  }
  JsonObject& add(std::string_view key, std::size_t value) {
    begin(key);
    out_ += fmt::format("{}", value);
    return *this;
  }
  void end() { out_ += "}"; }

 private:
  void begin(std::string_view key) {
    if (!is_first_) out_ += ", ";
    is_first_ = false;
    base::append_json_quoted(out_, key);
    out_ += ": ";
  }
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
  void end() { out_ += is_first_ ? "]\n" : "\n]\n"; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

std::string list_as_text() {
  std::string out;
  for (const auto& chapter : lint::catalogue()) {
    for (const auto& kind : chapter.kinds) {
      out += fmt::format("{:<24}  {:<7}  {}\n", kind.id, lint::name_of(kind.severity), kind.title);
    }
  }
  return out;
}

std::string list_as_json() {
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
  return out;
}

struct Linted {
  std::string file;
  std::vector<lint::Finding> findings;
};

std::string as_text(const std::vector<Linted>& files) {
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

std::string as_json(const std::vector<Linted>& files) {
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

std::vector<Linted> lint_all(const std::vector<std::string>& paths, const Arguments& arguments) {
  std::vector<Linted> files;
  files.reserve(paths.size());
  for (const auto& path : paths) {
    auto findings = lint::lint_file(path, arguments.options);
    std::erase_if(findings, [&arguments](const lint::Finding& finding) {
      return finding.kind->severity < arguments.severity_min;
    });
    files.push_back({path, std::move(findings)});
  }
  return files;
}

// Notes leave a file as good as it was.
bool has_fault(const Linted& linted) {
  return std::ranges::any_of(linted.findings, [](const lint::Finding& finding) {
    return finding.kind->severity > Severity::Note;
  });
}

}  // namespace

CommandResult lint_files(std::span<const std::string> arguments) {
  Arguments read;
  FlagSet flags;
  add_flags(flags, read);
  std::vector<std::string> paths;
  flags.parse(arguments, paths);
  const bool is_json = read.format == Format::Json;
  if (read.lists_kinds) {
    if (!paths.empty()) throw FlagError("unexpected " + paths.front() + " beside --list");
    return {is_json ? list_as_json() : list_as_text()};
  }
  if (paths.empty()) throw FlagError("expected a mapping file after lint");
  const auto files = lint_all(paths, read);
  return {is_json ? as_json(files) : as_text(files),
          std::ranges::any_of(files, has_fault) ? EXIT_FAILURE : EXIT_SUCCESS};
}

std::string complete_lint(std::span<const std::string> words) {
  Arguments unused;
  FlagSet flags;
  add_flags(flags, unused);
  return completions(flags.flags(), words);
}

}  // namespace weir::app
