// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "suggest/draft.h"
#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

using sample::EventKind;

struct Unit {
  std::string_view suffix;
  // What brings a value to the base unit; "" for nothing.
  std::string_view scale;
  // The same for timers: the key `unit`.
  std::string_view timer_unit;
  std::string_view base;
};

// Longer suffixes before those that they end in.
constexpr auto kUnits = std::to_array<Unit>({
    {"_milliseconds", "0.001", "", "seconds"},
    {"_microseconds", "0.000001", "us", "seconds"},
    {"_nanoseconds", "0.000000001", "", "seconds"},
    {"_millis", "0.001", "", "seconds"},
    {"_micros", "0.000001", "us", "seconds"},
    {"_nanos", "0.000000001", "", "seconds"},
    {"_msec", "0.001", "", "seconds"},
    {"_ms", "0.001", "", "seconds"},
    {"_us", "0.000001", "us", "seconds"},
    {"_seconds", "", "", "seconds"},
    {"_bytes", "", "", "bytes"},
});

const Unit* unit_of(std::string_view stem) {
  const auto found = std::ranges::find_if(
      kUnits, [stem](const Unit& unit) { return stem.ends_with(unit.suffix); });
  return found == kUnits.end() ? nullptr : &*found;
}

void remove_suffix(std::string& text, std::string_view suffix) {
  if (text.size() > suffix.size() && text.ends_with(suffix)) {
    text.resize(text.size() - suffix.size());
  }
}

void append_word(std::string& out, std::string_view word) {
  const auto text = snake_case(word);
  if (text.empty()) return;
  if (!out.empty()) out += '_';
  out += text;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && !base::is_alphanumeric(text.front())) text.remove_prefix(1);
  while (!text.empty() && !base::is_alphanumeric(text.back())) text.remove_suffix(1);
  return text;
}

std::string words_of(const Pieces& pieces) {
  std::string out;
  for (const auto& piece : pieces) {
    append_word(out, trimmed(piece.before));
    // `2xx` is the value of a label, as a whole.
    if (piece.label != "status_class") append_word(out, trimmed(piece.after));
  }
  return out;
}

bool has_timer(const Draft& draft, std::span<const Name> names) {
  return std::ranges::any_of(draft.names, [names](NameId id) {
    return names[id].sent->kind == sample::SampleKind::Timer;
  });
}

void take_unit(Draft& draft, const Unit& unit) {
  remove_suffix(draft.stem, unit.suffix);
  draft.suffix = '_' + std::string(unit.base);
  draft.scale = unit.scale;
  draft.unit = unit.base;
}

void take_timer(Draft& draft, const Unit* unit) {
  if (unit != nullptr && unit->base == "seconds") {
    remove_suffix(draft.stem, unit->suffix);
    draft.unit = unit->timer_unit;
  }
  draft.suffix = "_seconds";
}

}  // namespace

std::string snake_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins_word =
        base::is_upper(c) && i > 0 && (base::is_lower(text[i - 1]) || base::is_digit(text[i - 1]));
    if (begins_word) out += '_';
    if (base::is_alphanumeric(c)) {
      out += base::to_lower(c);
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

void name_metric(Draft& draft, std::span<const Name> names) {
  if (draft.stem.empty()) draft.stem = words_of(draft.pieces);
  if (!draft.stem.empty() && base::is_digit(draft.stem.front())) draft.stem.insert(0, "_");
  draft.full_stem = draft.stem;
  draft.is_up_down =
      std::ranges::any_of(draft.names, [names](NameId id) { return names[id].sent->goes_down; });
  const bool is_counter = draft.kind == EventKind::Counter && !draft.is_up_down;
  if (is_counter) {
    for (const auto* const suffix : {"_total", "_count", "_counter"}) {
      remove_suffix(draft.stem, suffix);
    }
  }
  const auto* const unit = unit_of(draft.stem);
  if (draft.kind == EventKind::Observer && has_timer(draft, names)) {
    take_timer(draft, unit);
  } else if (unit != nullptr && draft.kind != EventKind::Set) {
    take_unit(draft, *unit);
  }
  if (is_counter) draft.suffix += "_total";
}

}  // namespace weir::suggest
