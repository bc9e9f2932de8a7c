// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/statsd/line_parser.h"
#include "weir/statsd/plain_line.h"

namespace weir::support {

// Reads the line at `at`, in a datagram that ends at `end`, if it is plain. Returns the line's end,
// or null, and then `line` or `sample` means nothing.
inline const char* read_plain_line(const char* at, const char* end,
                                   const statsd::Dialects& dialects, statsd::PlainLine& line) {
  statsd::PlainLineReader reader(dialects, std::numeric_limits<std::size_t>::max());
  reader.open(at, end);
  if (reader.read(std::span(&line, 1)) == 0) return nullptr;
  return at + line.size;
}

inline const char* read_plain_line(const char* at, const char* end,
                                   const statsd::Dialects& dialects, sample::Sample& sample) {
  statsd::PlainLine line;
  const char* const stop = read_plain_line(at, end, dialects, line);
  if (stop != nullptr) sample = line.sample();
  return stop;
}

// What `LineParser` says about one line. The samples borrow from it.
struct ParsedLine : statsd::LineVisitor {
  ParsedLine(std::string_view line, const statsd::Dialects& dialects) {
    statsd::LineParser(dialects, {}).parse(line, *this);
  }

  void on_attempt() override { ++attempts; }
  void on_sample(const sample::Sample& sample) override { samples.push_back(sample); }
  void on_unknown_type(const sample::Sample&, std::string_view) override { ++others; }
  void on_rejection(statsd::Rejection rejection, std::string_view) override { add(rejection); }
  void on_weight_capped() override { ++others; }
  void on_message(statsd::Message message) override { add(message); }
  void add(statsd::PlainLineFault fault) {
    ++others;
    last_fault = fault;
  }

  // One good sample, and nothing else to say.
  [[nodiscard]] bool is_accepted() const {
    return attempts == 1 && samples.size() == 1 && others == 0;
  }

  // A fault of all of the line, and nothing else to say.
  [[nodiscard]] std::optional<statsd::PlainLineFault> fault() const {
    return attempts == 0 && samples.empty() && others == 1 ? last_fault : std::nullopt;
  }

  std::size_t attempts = 0;
  std::size_t others = 0;
  std::optional<statsd::PlainLineFault> last_fault;
  std::vector<sample::Sample> samples;
};

inline bool is_same_identity(const sample::Sample& left, const sample::Sample& right) {
  return left.name == right.name && left.kind == right.kind &&
         std::equal(left.fields.all().begin(), left.fields.all().end(), right.fields.all().begin(),
                    right.fields.all().end());
}

// In every field, the value bit for bit.
inline bool is_same(const sample::Sample& left, const sample::Sample& right) {
  return is_same_identity(left, right) && left.is_relative == right.is_relative &&
         left.weight == right.weight &&
         std::bit_cast<std::uint64_t>(left.value) == std::bit_cast<std::uint64_t>(right.value);
}

// The identity as text that no other identity has.
inline std::string identity_of(const sample::Sample& sample) {
  std::string text(1, static_cast<char>('0' + static_cast<int>(sample.kind)));
  text += sample.name;
  for (const auto field : sample.fields.all()) (text += '|') += field;
  return text;
}

// The plain line that says `value` about the identity of `sample`; "" when only other lines can.
inline std::string plain_line_about(const sample::Sample& sample, std::string_view value) {
  constexpr std::string_view kTypes[] = {"c", "g", "ms", "h", "d"};
  const auto fields = sample.fields.all();
  if (fields.size() > 1 || (!fields.empty() && !fields[0].starts_with('#'))) return {};
  std::string line(sample.name);
  ((line += ':') += value) += '|';
  line += kTypes[static_cast<std::size_t>(sample.kind)];
  if (!fields.empty()) (line += '|') += fields[0];
  return line;
}

}  // namespace weir::support
