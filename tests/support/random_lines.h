// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace weir::support {

// Lines that are good, nearly good, or bad in one of the ways in which senders are; the same for
// the same seed.
class RandomLines {
 public:
  explicit RandomLines(std::uint32_t seed) : random_(seed) {}

  // No newline. `names` are chosen from.
  template <class Names>
  std::string line(const Names& names) {
    std::string text = one_in(40) ? "" : std::string(pick(names));
    text += name_tags();
    if (!one_in(60)) text += ':';
    text += space();
    text += values();
    text += space();
    if (!one_in(60)) text += '|';
    text += space();
    text += type();
    text += space();
    while (one_in(3)) text += field();
    if (one_in(12)) text += "|#" + tags();
    if (one_in(25)) text += '\r';
    if (one_in(100)) text.insert(below(text.size() + 1), pick(kJunk));
    return text;
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t chances) { return below(chances) == 0; }

  template <class Texts>
  std::string_view pick(const Texts& texts) {
    return texts[below(std::size(texts))];
  }

  // Mostly decimals of up to 18 digits, with and without a point.
  std::string number() {
    if (one_in(12)) return std::string(pick(kOtherNumbers));
    std::string text = one_in(8) ? one_in(2) ? "-" : "+" : "";
    const std::size_t digits = one_in(6) ? below(19) : 1 + below(6);
    for (std::size_t i = 0; i < digits; ++i) text += static_cast<char>('0' + below(10));
    if (one_in(3)) text.insert(text.size() - below(digits + 1), 1, '.');
    return text;
  }

 private:
  static constexpr std::array<std::string_view, 10> kJunk = {
      ":", "|", "#", ",", "\xff", "\xc3", "\r", "\t", std::string_view("\0", 1), " "};
  static constexpr std::array<std::string_view, 12> kOtherNumbers = {
      "", ".", "1e3", "0x1p4", "nan", "inf", "-Inf", "1_0", "1.2.3", "12x", "1e999", "--1"};
  static constexpr std::array<std::string_view, 10> kTypes = {"c", "g", "ms", "h", "d",
                                                              "s", "m", "mx", "",  "cc"};
  static constexpr std::array<std::string_view, 10> kTags = {
      "a:b", "env:prod", "k:v:w", "a:", ":b", "bare", "caf\xc3\xa9:x", "", "le:1", "a.b:c"};
  static constexpr std::array<std::string_view, 18> kNameTags = {
      ",a=b", ",a=b,c=d", "#a=b", "[a=b]",    "[a=b",  "a]",   ",a",       ",",  "#",
      "[a=]", ",a=b#c=d", "[]x",  ",a=b:c:1", "::b:1", ";a=b", ";a=b;c=d", ";a", ",a=b;c=d"};
  static constexpr std::array<std::string_view, 14> kFields = {
      "@0.1",  "@1", "@0", "@",     "@x", "@-1",      "",
      "c:ci1", "c:", "T1", "e:ext", "z",  "card:low", "@0.0000000001"};

  const char* space() { return one_in(60) ? " " : ""; }

  std::string name_tags() { return one_in(6) ? std::string(pick(kNameTags)) : ""; }

  std::string values() {
    std::string text = number();
    while (one_in(15)) (text += ':') += number();
    return text;
  }

  std::string_view type() { return one_in(12) ? pick(kTypes) : kTypes[below(5)]; }

  std::string tags() {
    std::string text(pick(kTags));
    while (one_in(2)) (text += ',') += pick(kTags);
    return text;
  }

  std::string field() {
    if (one_in(8)) return ":" + number() + "|" + std::string(type());
    return "|" + (one_in(2) ? "#" + tags() : std::string(pick(kFields)));
  }

  std::mt19937 random_;
};

}  // namespace weir::support
