// SPDX-License-Identifier: Apache-2.0
#include "lint/ignores.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "weir/base/ascii.h"
#include "weir/base/similar.h"

namespace weir::lint {

namespace {

constexpr std::string_view kMark = "weir:ignore";
constexpr std::string_view kBlanks = " \t\r";

bool is_id(std::string_view word) {
  return !word.empty() && base::is_lower(word[0]) && std::ranges::all_of(word, [](char c) {
    return base::is_lower(c) || base::is_digit(c) || c == '-';
  });
}

// Where the ids of the comment in `line` begin; npos when it has no such comment.
std::size_t begin_of_ids(std::string_view line) {
  const auto mark = line.find(kMark);
  if (mark == std::string_view::npos) return mark;
  const auto before = line.find_last_not_of(kBlanks, mark == 0 ? 0 : mark - 1);
  const bool is_comment = mark > 0 && before != std::string_view::npos && line[before] == '#';
  return is_comment ? mark + kMark.size() : std::string_view::npos;
}

// Neither of them is what the file is about.
bool is_header(std::string_view content) {
  return content.empty() || content.starts_with('#') || content.starts_with('%') ||
         content == "---";
}

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

Ignores::Ignores(std::string_view text) {
  if (text.find(kMark) == std::string_view::npos) return;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    take(line, number);
  }
}

void Ignores::take(std::string_view line, std::size_t number) {
  const auto content = trimmed(line);
  const bool is_comment = content.empty() || content.starts_with('#');
  if (!is_header(content)) is_at_top_ = false;
  if (!is_comment) {
    for (const auto waiting : waiting_) by_line_[number].push_back(waiting);
    waiting_.clear();
  }
  auto at = begin_of_ids(line);
  while (at != std::string_view::npos) {
    at = line.find_first_not_of(" \t,", at);
    if (at == std::string_view::npos) break;
    const auto id = line.substr(at, line.find_first_of(" \t\r,", at) - at);
    if (!is_id(id)) break;
    ignored_.push_back({id, {number, at + 1}});
    const auto index = ignored_.size() - 1;
    if (is_at_top_) {
      by_line_[0].push_back(index);
    } else if (is_comment) {
      waiting_.push_back(index);
    } else {
      by_line_[number].push_back(index);
    }
    at += id.size();
  }
}

bool Ignores::hide(const Finding& finding) {
  bool is_hidden = false;
  for (const auto line : {std::size_t{0}, finding.line}) {
    const auto found = by_line_.find(line);
    if (found == by_line_.end()) continue;
    for (const auto index : found->second) {
      if (ignored_[index].id != finding.kind->id) continue;
      ignored_[index].is_used = true;
      is_hidden = true;
    }
  }
  return is_hidden;
}

void Ignores::report(Findings& findings) const {
  std::vector<std::string_view> ids;
  for (const auto& chapter : catalogue()) {
    for (const auto& kind : chapter.kinds) ids.push_back(kind.id);
  }
  for (const auto& ignored : ignored_) {
    if (find_kind(ignored.id) == nullptr) {
      const auto nearest = base::most_similar(ignored.id, ids);
      findings.add("ignore-unknown", ignored.position,
                   fmt::format("there is no finding \"{}\"", ignored.id),
                   nearest.empty() ? "see `weir lint --list` for those there are"
                                   : fmt::format("did you mean \"{}\"?", nearest));
    } else if (!ignored.is_used) {
      findings.add("ignore-unused", ignored.position,
                   fmt::format("there is no {} to ignore", ignored.id), "remove it");
    }
  }
}

}  // namespace weir::lint
