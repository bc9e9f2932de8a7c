// SPDX-License-Identifier: Apache-2.0
#include "app/top/layout.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "app/top/column_text.h"
#include "app/top/sections.h"

namespace weir::app {

namespace {

constexpr std::size_t kColumnsMin = 40;
constexpr std::size_t kRowsMin = 10;
// Shown together where none is chosen.
constexpr std::array kOverview = {Section::Metrics, Section::Labels, Section::Unmapped};

constexpr std::array<std::string_view, 10> kHelp = {
    "q, ctrl-c       quit",
    "tab, right      the next section; shift-tab, left: the one before",
    "up, down        rows of a section; page up, page down, home, end",
    "o               the other order: metrics by series, labels by values",
    "p, space        stop asking the daemon, and go on",
    "r               ask now",
    "1 to 5, 0       a section by its number, 0 for the three together",
    "?, h            this page; any key leaves it",
    "",
    "LOSING names what was lost in the last minute: docs/ledger.md says why.",
};

std::string footer(const TopView& view, const TopChoice& choice) {
  std::string tabs = choice.section ? "all" : "[all]";
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    const bool is_chosen = choice.section && static_cast<std::size_t>(*choice.section) == i;
    tabs += is_chosen ? fmt::format(" [{}]", kSections.at(i)) : fmt::format(" {}", kSections.at(i));
  }
  return fmt::format("{}{}  q quit  tab section  ? help", view.is_paused ? "PAUSED  " : "", tabs);
}

void append(std::vector<ScreenLine> more, std::vector<ScreenLine>& lines) {
  for (auto& line : more) lines.push_back(std::move(line));
}

void append_help(std::size_t columns, std::vector<ScreenLine>& lines) {
  lines.push_back({"", Emphasis::None});
  for (const auto text : kHelp) lines.push_back({cut(text, columns), Emphasis::None});
}

// A title and a row of each at least; rows that one does not need go to the others.
void append_overview(const TopView& view, std::size_t rows, std::size_t columns,
                     std::vector<ScreenLine>& lines) {
  std::size_t left = rows;
  for (std::size_t i = 0; i < kOverview.size(); ++i) {
    const std::size_t sections = kOverview.size() - i;
    std::size_t wanted_later = 0;
    for (std::size_t j = i + 1; j < kOverview.size(); ++j) {
      wanted_later += 1 + std::max<std::size_t>(view.rows(kOverview.at(j)), 1);
    }
    const std::size_t share = std::max(left / sections, left - std::min(left, wanted_later));
    if (share < 2) break;
    auto section = section_lines(view, kOverview.at(i), 0, share - 1, columns);
    left -= section.size();
    append(std::move(section), lines);
  }
}

// By the order that the person has chosen; the daemon's is by samples and by values.
void sort_rows(TopView& view, bool is_other_order) {
  if (is_other_order) {
    std::ranges::stable_sort(view.metrics, std::greater(), &TopMetric::series);
    std::ranges::stable_sort(view.labels, std::greater(), &TopLabel::values);
    return;
  }
  std::ranges::stable_sort(view.metrics, std::greater(), [](const TopMetric& metric) {
    return metric.per_second.value_or(metric.samples.value_or(0));
  });
  std::ranges::stable_sort(view.labels, std::greater(),
                           [](const TopLabel& label) { return label.growth.value_or(0); });
}

void to_ascii(std::vector<ScreenLine>& lines, std::size_t columns) {
  for (auto& line : lines) line.text = cut(ascii_of(line.text), columns);
}

}  // namespace

bool TopView::is_losing() const {
  return std::ranges::any_of(losses, [](const TopLoss& loss) { return loss.last_minute > 0; });
}

std::size_t TopView::rows(Section section) const {
  switch (section) {
    case Section::Metrics: return metrics.size();
    case Section::Labels: return labels.size();
    case Section::Unmapped: return unmapped.size();
    case Section::Senders: return senders.size();
    case Section::Refused: break;
  }
  return refused.size();
}

std::vector<ScreenLine> lay_out(const TopView& view, const TopChoice& choice, ScreenSize size,
                                bool is_utf8) {
  const std::size_t columns = std::max(size.columns, kColumnsMin);
  const std::size_t rows = std::max(size.rows, kRowsMin);
  TopView sorted = view;
  sort_rows(sorted, choice.is_other_order);
  auto lines = head_lines(sorted, columns, is_utf8);
  const std::size_t left = rows - 1 - lines.size();
  if (choice.shows_help) {
    append_help(columns, lines);
  } else if (choice.section) {
    const std::size_t count = sorted.rows(*choice.section);
    const std::size_t first = std::min(choice.first_row, count - std::min<std::size_t>(count, 1));
    append(section_lines(sorted, *choice.section, first, left - 1, columns), lines);
  } else if (sorted.has_data) {
    append_overview(sorted, left, columns, lines);
  }
  lines.resize(rows - 1);
  lines.push_back({cut(footer(sorted, choice), columns), Emphasis::Title});
  if (!is_utf8) to_ascii(lines, columns);
  return lines;
}

std::string plain_text(const TopView& view, std::size_t columns, std::size_t rows_max,
                       bool is_utf8) {
  TopView sorted = view;
  sort_rows(sorted, false);
  auto lines = head_lines(sorted, columns, is_utf8);
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    lines.push_back({});
    append(section_lines(sorted, static_cast<Section>(i), 0, rows_max, columns), lines);
  }
  if (!is_utf8) to_ascii(lines, columns);
  std::string out;
  for (const auto& line : lines) {
    const auto end = line.text.find_last_not_of(' ');
    out += line.text.substr(0, end == std::string::npos ? 0 : end + 1) + '\n';
  }
  return out;
}

}  // namespace weir::app
