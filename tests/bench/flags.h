// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::bench {

// `name=value` words: the command line of the bench's programs (with `--` in front), and what they
// are told on their standard input.
class Flags {
 public:
  void add(std::string_view word) {
    if (word.starts_with("--")) word.remove_prefix(2);
    const auto end = word.find('=');
    if (end == std::string_view::npos)
      throw std::invalid_argument("no value: " + std::string(word));
    values_[std::string(word.substr(0, end))] = word.substr(end + 1);
  }

  [[nodiscard]] std::string text(const std::string& name, const std::string& fallback = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second;
  }

  template <class Number>
  [[nodiscard]] Number number(const std::string& name, Number fallback) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return fallback;
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fallback);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw std::invalid_argument(name + " is no number: " + text);
    }
    return fallback;
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace weir::bench
