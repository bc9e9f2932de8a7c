// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/regex.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <re2/re2.h>

namespace weir::mapping {

namespace {

// What one regex may take, its caches included. Nearly every pattern fits the first; one that does
// not gets the second, and is refused beyond that.
constexpr std::array<std::int64_t, 2> kRegexBytes{std::int64_t{1} << 20U, std::int64_t{8} << 20U};
// More groups cost an allocation per match.
constexpr std::size_t kGroupsOnStack = 32;

re2::RE2::Options options(std::int64_t bytes_max) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(bytes_max);
  return options;
}

// Copies a pattern and puts right what re2 and Go read differently.
class GoPattern {
 public:
  explicit GoPattern(std::string_view pattern) : rest_(pattern) {}

  // Nothing when the pattern holds `\C`, which Go does not know: it could cut a character in two.
  std::optional<std::string> to_re2() {
    while (!rest_.empty()) {
      if (rest_.starts_with("\\C")) return std::nullopt;
      if (rest_.starts_with("\\Q")) {
        take_quotation();
      } else if (rest_.starts_with('\\')) {
        take(2);
      } else if (rest_.starts_with('[')) {
        take_class();
      } else if (rest_.starts_with("(?<") && !rest_.starts_with("(?<=") &&
                 !rest_.starts_with("(?<!")) {
        out_ += "(?P<";
        rest_.remove_prefix(3);
      } else {
        take(1);
      }
    }
    return std::move(out_);
  }

 private:
  void take(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    out_ += taken;
    rest_.remove_prefix(taken.size());
  }

  void take_quotation() {
    const auto end = rest_.find("\\E", 2);
    take(end == std::string_view::npos ? rest_.size() : end + 2);
  }

  // A `]` right after the opening, or after its `^`, is a member.
  void take_class() {
    take(rest_.starts_with("[^") ? 2 : 1);
    if (rest_.starts_with(']')) take(1);
    while (!rest_.empty() && !rest_.starts_with(']')) {
      if (rest_.starts_with("[:")) {
        const auto end = rest_.find(":]", 2);
        take(end == std::string_view::npos ? 2 : end + 2);
      } else {
        take(rest_.starts_with('\\') ? 2 : 1);
      }
    }
    take(1);
  }

  std::string_view rest_;
  std::string out_;
};

// re2 lets two groups have one name; Go does not.
bool has_repeated_name(const re2::RE2& re2) {
  return re2.NamedCapturingGroups().size() != re2.CapturingGroupNames().size();
}

}  // namespace

struct Regex::Compiled {
  Compiled(const std::string& pattern, std::int64_t bytes_max)
      : re2(pattern, options(bytes_max)), groups(1 + re2.NumberOfCapturingGroups()) {}
  re2::RE2 re2;
  int groups;
};

Regex::Regex(const std::string& pattern) {
  const auto translated = GoPattern(pattern).to_re2();
  if (!translated) {
    error_ = "invalid escape sequence: \\C";
    return;
  }
  for (const auto bytes_max : kRegexBytes) {
    auto compiled = std::make_unique<const Compiled>(*translated, bytes_max);
    error_ = compiled->re2.error();
    if (compiled->re2.ok()) {
      if (has_repeated_name(compiled->re2)) error_ = "two groups have the same name";
      compiled_ = std::move(compiled);
      return;
    }
    if (compiled->re2.error_code() != re2::RE2::ErrorPatternTooLarge) return;
  }
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::vector<std::string> Regex::group_names() const {
  assert(compiled_);
  std::vector<std::string> names(static_cast<std::size_t>(compiled_->groups));
  for (const auto& [group, name] : compiled_->re2.CapturingGroupNames()) {
    names.at(static_cast<std::size_t>(group)) = name;
  }
  return names;
}

bool Regex::match(std::string_view name, std::vector<std::string_view>& captures) const {
  assert(compiled_);
  const auto count = static_cast<std::size_t>(compiled_->groups);
  std::array<re2::StringPiece, kGroupsOnStack> on_stack;
  std::vector<re2::StringPiece> on_heap(count > kGroupsOnStack ? count : 0);
  auto* const groups = on_heap.empty() ? on_stack.data() : on_heap.data();
  const re2::StringPiece text(name.data(), name.size());
  if (!compiled_->re2.Match(text, 0, text.size(), re2::RE2::UNANCHORED, groups,
                            compiled_->groups)) {
    return false;
  }
  captures.clear();
  for (std::size_t i = 0; i < count; ++i) {
    captures.emplace_back(groups[i].data(), groups[i].size());
  }
  return true;
}

}  // namespace weir::mapping
