// SPDX-License-Identifier: Apache-2.0
#include "exposition/value_lines.h"

#include <cstdint>
#include <cstring>

#include "weir/base/short_whole.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::exposition {
namespace {

// Room for a number and the end of its line.
constexpr std::size_t kNumberRoom = kSampleNumberMax + 8;

}  // namespace

ValueLines::ValueLines(std::string& out, NumberForm form) : out_(out), form_(form) {
  const std::string_view end = form == NumberForm::Prometheus ? "\n" : ".0\n";
  whole_end_size_ = end.copy(whole_end_.data(), whole_end_.size());
}

void ValueLines::begin_family(const SampleLines& names, std::string_view suffix) {
  start_.set(names, suffix);
}

void ValueLines::begin_created(const SampleLines& names) {
  created_start_.set(names, metrics::kCreated);
}

inline char* ValueLines::put_number(char* at, double value) const {
  // From here on they may have exponents.
  constexpr double kPlainEnd = 1e6;
  if (value >= 0 && value < kPlainEnd) {
    const auto whole = static_cast<std::uint32_t>(value);
    if (static_cast<double>(whole) == value) {
      at = base::write_short_whole(at, whole);
      std::memcpy(at, whole_end_.data(), whole_end_.size());
      return at + whole_end_size_;
    }
  }
  return put_any_number(at, value);
}

[[gnu::noinline]] char* ValueLines::put_any_number(char* at, double value) const {
  at = write_sample_number(at, value, form_);
  *at = '\n';
  return at + 1;
}

char* ValueLines::make_room(std::span<const metrics::ValueReading> series,
                            std::size_t lines_of_each, std::size_t rest) {
  std::size_t labels = 0;
  for (const auto& each : series) labels += each.labels.size();
  const std::size_t needed = lines_of_each * labels + series.size() * rest;
  if (lines_.size() < needed) lines_.resize(2 * needed);
  return lines_.data();
}

void ValueLines::end(const char* at) {
  out_.append(lines_.data(), static_cast<std::size_t>(at - lines_.data()));
}

void ValueLines::write(std::span<const metrics::ValueReading> series) {
  char* at = make_room(series, 1, start_.room() + kNumberRoom);
  for (const auto& each : series) at = put_number(start_.put(at, each.labels), each.value);
  end(at);
}

void ValueLines::write_with_created(std::span<const metrics::ValueReading> series,
                                    CreatedTexts& texts) {
  char* at = make_room(series, 2,
                       start_.room() + kNumberRoom + created_start_.room() + CreatedText::kRoom);
  for (const auto& each : series) {
    at = put_number(start_.put(at, each.labels), each.value);
    if (each.created == base::UnixTime()) continue;
    at = texts.get(each.created).put(created_start_.put(at, each.labels));
  }
  end(at);
}

}  // namespace weir::exposition
