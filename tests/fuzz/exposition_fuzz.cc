// SPDX-License-Identifier: Apache-2.0
// Label values, help texts and names in UTF-8: whatever they hold, every format gives back what
// went in, and no line of a text format can be forged. The input is two label values and a help
// text, with NUL between them; the values are then the names of a metric and of a label.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protobuf_page.h"
#include "weir/base/utf8.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/naming.h"

namespace {

using weir::exposition::Escaping;
using weir::exposition::Format;

struct Texts {
  std::array<std::string, 2> values;
  std::string help;
};

// Up to the next NUL, which is passed too.
std::string take(std::string_view& input) {
  const std::size_t size = std::min(input.find('\0'), input.size());
  const std::string text(input.substr(0, size));
  input.remove_prefix(std::min(size + 1, input.size()));
  return text;
}

Texts split(std::string_view input) {
  Texts texts;
  texts.values[0] = take(input);
  texts.values[1] = take(input);
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
  for (const auto escaping :
       {Escaping::AllowUtf8, Escaping::Underscores, Escaping::Dots, Escaping::Values}) {
    const std::string page = named_page(names, Format::Text, escaping);
    assert(std::count(page.begin(), page.end(), '\n') == 3);
    if (escaping == Escaping::AllowUtf8) continue;
    const std::string_view shown =
        std::string_view(page).substr(std::string_view("# HELP ").size());
    const auto name = shown.substr(0, shown.find(' '));
    assert(weir::metrics::underscored_name(name) == name);
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
  return 0;
}
