// SPDX-License-Identifier: Apache-2.0
// Label values, help texts and names in UTF-8: whatever they hold, every format gives back what
// went in, and no line of a text format can be forged. The input is two label values and a help
// text, with NUL between them; the values are then the names of a metric and of a label. Then it is
// a store (fuzzed_store.h), whose pages of every format and escaping have to be good, with nothing
// on them twice and nothing lost that is not counted.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "exposition/escaping_visitor.h"
#include "exposition/label_reader.h"
#include "exposition/name_escaping.h"
#include "fuzzed_store.h"
#include "protobuf_lines.h"
#include "protobuf_page.h"
#include "text_page.h"
#include "weir/base/utf8.h"
#include "weir/exposition/name_filter.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/naming.h"

namespace {

using weir::exposition::Escaping;
using weir::exposition::Format;
using weir::exposition::LeftOutCounts;
using weir::exposition::PageLines;
using weir::exposition::WriterOptions;
using weir::fuzz::FuzzedStore;
namespace metrics = weir::metrics;

constexpr std::array kEscapings = {Escaping::AllowUtf8, Escaping::Underscores, Escaping::Dots,
                                   Escaping::Values};

struct Texts {
  std::array<std::string, 2> values;
  std::string help;
};

Texts split(std::string_view input) {
  Texts texts;
  texts.values[0] = weir::fuzz::take_text(input);
  texts.values[1] = weir::fuzz::take_text(input);
  texts.help = input;
  return texts;
}

std::string label(std::string_view name, std::string_view value) {
  std::string text = std::string(name) + "=\"";
  weir::metrics::append_escaped_label_value(text, value);
  return text + '"';
}

std::string page_of(const Texts& texts, Format format) {
  const std::string labels = label("a", texts.values[0]) + ',' + label("b", texts.values[1]);
  weir::metrics::SeriesReading series;
  series.labels = labels;
  std::string page;
  const auto writer = weir::exposition::make_writer({.format = format}, page);
  writer->on_family({"m", texts.help, weir::metrics::Type::Gauge});
  writer->on_series(series);
  writer->on_family_end();
  return page;
}

void check_delimited(const Texts& texts) {
  const auto messages =
      weir::support::read_protobuf_page(page_of(texts, Format::ProtobufDelimited));
  assert(messages.size() == 1);
  assert(messages[0].help == texts.help);
  assert(messages[0].metrics.size() == 1);
  assert(messages[0].metrics[0].at("a") == texts.values[0]);
  assert(messages[0].metrics[0].at("b") == texts.values[1]);
}

// The text behind `field` on the line that it stands on, up to the end of the line.
std::string field_of(std::string_view page, std::string_view field, std::size_t& at) {
  at = page.find(field, at);
  assert(at != std::string_view::npos);
  at += field.size();
  return weir::support::unquoted(page.substr(at, page.find('\n', at) - at));
}

void check_text(const Texts& texts) {
  // The empty one at the end too.
  constexpr std::ptrdiff_t kLines = 17;
  const std::string page = page_of(texts, Format::ProtobufText);
  assert(std::count(page.begin(), page.end(), '\n') == kLines);
  std::size_t at = 0;
  assert(field_of(page, "\nhelp: ", at) == texts.help);
  assert(field_of(page, "\n    value: ", at) == texts.values[0]);
  assert(field_of(page, "\n    value: ", at) == texts.values[1]);
}

std::ptrdiff_t lines_of(const Texts& texts, Format format) {
  const std::string page = page_of(texts, format);
  return std::count(page.begin(), page.end(), '\n');
}

// Whatever is sent, it is a name.
void check_name_of(std::string_view input) {
  std::string name;
  weir::metrics::append_utf8_name(name, input);
  assert(weir::base::is_utf8(name));
  assert(!weir::base::is_utf8(input) || name == input);
}

std::string named_page(const Texts& names, Format format, Escaping escaping) {
  std::string labels;
  weir::metrics::append_label_name(labels, names.values[1]);
  labels += "=\"v\"";
  weir::metrics::SeriesReading series;
  series.labels = labels;
  std::string page;
  const auto writer = weir::exposition::make_writer(
      {.format = format, .escaping = escaping, .has_utf8_names = true}, page);
  writer->on_family({names.values[0], names.help, weir::metrics::Type::Gauge});
  writer->on_series(series);
  writer->on_family_end();
  return page;
}

void check_names(const Texts& names) {
  if (names.values[0].empty() || names.values[1].empty()) return;
  const auto messages = weir::support::read_protobuf_page(
      named_page(names, Format::ProtobufDelimited, Escaping::AllowUtf8));
  assert(messages.size() == 1 && messages[0].name == names.values[0]);
  assert(messages[0].metrics.at(0).at(names.values[1]) == "v");
  for (const auto escaping : kEscapings) {
    const std::string page = named_page(names, Format::Text, escaping);
    assert(std::count(page.begin(), page.end(), '\n') == 3);
    if (escaping == Escaping::AllowUtf8) continue;
    const std::string_view shown =
        std::string_view(page).substr(std::string_view("# HELP ").size());
    const auto name = shown.substr(0, shown.find(' '));
    assert(weir::metrics::underscored_name(name) == name);
  }
}

// What a writer is given.
struct Given {
  std::set<std::string> families;
  std::size_t series = 0;
};

// Looks at what escaping passes on.
class EscapedReader final : public metrics::ReadingVisitor {
 public:
  explicit EscapedReader(Given& given) : given_(given) {}

  void on_family(const metrics::FamilyReading& family) override {
    assert(weir::exposition::is_legacy_metric_name(family.name));
    assert(given_.families.emplace(family.name).second);
    labels_.clear();
  }
  void on_series(const metrics::SeriesReading& series) override {
    ++given_.series;
    assert(labels_.emplace(series.labels).second);
    std::string last;
    for (weir::exposition::LabelReader reader(series.labels); reader.next();) {
      assert(!reader.is_name_quoted() && metrics::is_legacy_name(reader.name()));
      assert(last < reader.name());
      last = reader.name();
    }
  }
  void on_family_end() override {}

 private:
  Given& given_;
  std::set<std::string, std::less<>> labels_;
};

// Looks at what there is.
class RawReader final : public metrics::ReadingVisitor {
 public:
  explicit RawReader(Given& given) : given_(given) {}
  void on_family(const metrics::FamilyReading& family) override {
    given_.families.emplace(family.name);
  }
  void on_series(const metrics::SeriesReading& /*series*/) override { ++given_.series; }
  void on_family_end() override {}

 private:
  Given& given_;
};

std::string page_of(FuzzedStore& store, const WriterOptions& options,
                    metrics::Scrape::NameFilter filter = {}) {
  std::string page;
  const auto writer = weir::exposition::make_writer(options, page);
  store.visit(*writer, std::move(filter));
  return page;
}

// Throws where the page is not good.
PageLines read(const std::string& page, Format format) {
  if (format == Format::ProtobufDelimited) return weir::exposition::ProtobufLines(page).read();
  const bool is_openmetrics = format == Format::OpenMetrics001 || format == Format::OpenMetrics100;
  return weir::exposition::TextPage(page, is_openmetrics).read();
}

std::size_t families_of(const PageLines& lines) {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [](const std::string& line) { return line.starts_with("family "); }));
}

// A sample without its value, a family without the rest.
std::string identity_of(const std::string& line) {
  return line.substr(0, line.starts_with("family ") ? line.find('|') : line.rfind(' '));
}

void check_lines(const PageLines& lines) {
  std::set<std::string> seen;
  for (const std::string& line : lines) assert(seen.insert(identity_of(line)).second);
}

// What is left out is counted, and nothing else is left out.
void check_escaping(FuzzedStore& store, WriterOptions options, const Given& all) {
  LeftOutCounts left_out;
  options.left_out = &left_out;
  Given shown;
  weir::exposition::EscapingVisitor visitor(options, std::make_unique<EscapedReader>(shown));
  store.visit(visitor);
  const std::size_t lost_series = left_out.series + left_out.series_past_limit;
  assert(shown.families.size() + left_out.families <= all.families.size());
  assert(shown.series + lost_series <= all.series);
  if (lost_series == 0) assert(shown.families.size() + left_out.families == all.families.size());
  if (left_out.families == 0) assert(shown.series + lost_series == all.series);
}

std::string checked_page(FuzzedStore& store, const WriterOptions& options, const Given& all) {
  std::string page = page_of(store, options);
  const PageLines lines = read(page, options.format);
  if (options.escaping == Escaping::AllowUtf8) {
    assert(families_of(lines) == all.families.size());
  } else {
    // Of names that are not escaped such a line may not be what it looks like.
    check_lines(lines);
  }
  return page;
}

void check_formats(FuzzedStore& store, WriterOptions options, const Given& all) {
  const auto page = [&](Format format) {
    options.format = format;
    return checked_page(store, options, all);
  };
  assert(page(Format::Text) == page(Format::Text1));
  assert(page(Format::OpenMetrics001) == page(Format::OpenMetrics100));
  const std::string delimited = page(Format::ProtobufDelimited);
  const auto messages = weir::support::read_protobuf_page(delimited).size();
  options.format = Format::ProtobufCompactText;
  const std::string compact = page_of(store, options);
  assert(static_cast<std::size_t>(std::ranges::count(compact, '\n')) == messages);
  options.format = Format::ProtobufText;
  assert(page_of(store, options).empty() == compact.empty());
  options.has_created_samples = true;
  page(Format::OpenMetrics100);
}

// A family is there by its own name and by the one that it is shown under, alone.
void check_filter(FuzzedStore& store, Escaping escaping) {
  constexpr std::size_t kNamesMax = 3;
  const WriterOptions options{.escaping = escaping, .has_utf8_names = true};
  std::size_t looked_at = 0;
  for (const std::string& name : store.names()) {
    if (++looked_at > kNamesMax) break;
    std::string shown = name;
    if (!weir::exposition::is_legacy_metric_name(name)) {
      shown.clear();
      weir::exposition::append_name(shown, name, escaping);
    }
    for (const std::string& asked : {name, shown}) {
      const auto filter = weir::exposition::name_filter({asked}, escaping);
      assert(filter(name));
      const PageLines lines = read(page_of(store, options, filter), Format::Text);
      assert(families_of(lines) <= 1);
      if (escaping == Escaping::AllowUtf8) assert(families_of(lines) == 1);
      const std::string begin = "family " + shown + '|';
      assert(lines.empty() || lines.front().starts_with(begin));
    }
  }
}

void check_store(std::string_view input) {
  FuzzedStore store(input);
  Given all;
  RawReader reader(all);
  store.visit(reader);
  for (const auto escaping : kEscapings) {
    check_filter(store, escaping);
    check_formats(store, {.escaping = escaping, .has_utf8_names = true}, all);
    if (escaping == Escaping::AllowUtf8) continue;
    for (const auto format : {Format::Text, Format::OpenMetrics100}) {
      check_escaping(store, {.format = format, .escaping = escaping}, all);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_name_of(input);
  // Lines and mapping files that are no UTF-8 do not get this far.
  if (!weir::base::is_utf8(input)) return 0;
  const Texts texts = split(input);
  check_delimited(texts);
  check_text(texts);
  check_names(texts);
  assert(lines_of(texts, Format::Text) == 3);
  assert(lines_of(texts, Format::ProtobufCompactText) == 1);
  check_store(input);
  return 0;
}
