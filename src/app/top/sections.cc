// SPDX-License-Identifier: Apache-2.0
#include "app/top/sections.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "app/top/column_text.h"

namespace weir::app {

namespace {

constexpr std::size_t kNumberColumns = 9;
constexpr std::size_t kTypeColumns = 9;

// `text` at the end of a row of `columns`, of which `used` are taken.
std::string rest_of(std::string_view text, std::size_t columns, std::size_t used) {
  return columns > used ? cut(text, columns - used) : std::string();
}

// A row of a wide text and three cells, the first of which narrow screens go without.
std::string row_of(std::string_view text, std::string_view kind, std::string_view first,
                   std::string_view second, std::size_t columns) {
  constexpr std::size_t kRoomy = 60;
  const bool is_roomy = columns >= kRoomy;
  const std::size_t used = 2 * kNumberColumns + 2 + (is_roomy ? kTypeColumns + 1 : 0);
  const std::size_t wide = columns > used ? columns - used : 1;
  return fmt::format("{} {}{} {}", left(text, wide), is_roomy ? left(kind, kTypeColumns + 1) : "",
                     right(first, kNumberColumns), right(second, kNumberColumns));
}

std::string rate_text(const std::optional<double>& rate) {
  return rate ? short_number(*rate) + "/s" : std::string("-");
}

std::string growth_text(const std::optional<std::int64_t>& growth) {
  if (!growth) return "-";
  return fmt::format("{}{}", *growth < 0 ? "-" : "+",
                     short_number(std::abs(static_cast<double>(*growth))));
}

std::string samples_text(const TopMetric& metric) {
  if (metric.per_second || !metric.samples) return rate_text(metric.per_second);
  return short_number(*metric.samples);
}

ScreenLine metric_row(const TopMetric& metric, std::size_t columns) {
  return {row_of(metric.name, metric.type, samples_text(metric),
                 short_number(static_cast<double>(metric.series)), columns)};
}

ScreenLine label_row(const TopLabel& label, std::size_t columns) {
  const std::size_t wide = columns > 3 * kNumberColumns + 4 ? columns - 2 * kNumberColumns - 2 : 1;
  const auto name = fmt::format("{} {{{}}}", label.metric, label.label);
  return {fmt::format("{} {} {}", left(name, wide),
                      right(growth_text(label.growth), kNumberColumns),
                      right(short_number(static_cast<double>(label.values)), kNumberColumns))};
}

ScreenLine unmapped_row(const TopUnmapped& name, std::size_t columns) {
  const auto text =
      name.sender.empty() ? name.name : fmt::format("{}  from {}", name.name, name.sender);
  return {row_of(text, name.type, rate_text(name.per_second), short_number(name.samples), columns)};
}

ScreenLine sender_row(const TopSender& sender, std::size_t columns) {
  const auto last = sender.is_silent ? "silent " + short_time(sender.silent_seconds)
                                     : short_time(sender.silent_seconds);
  const std::size_t last_columns = 14;
  const std::size_t used = kTypeColumns + 2 * kNumberColumns + last_columns + 4;
  const std::size_t wide = columns > used ? columns - used : 1;
  return {cut(fmt::format(
                  "{} {} {} {} {}", left(sender.sender, wide), left(sender.transport, kTypeColumns),
                  right(fmt::format("{:.1f}%", sender.share * 100), kNumberColumns),
                  right(short_number(sender.lines), kNumberColumns), right(last, last_columns)),
              columns),
          sender.is_silent ? Emphasis::Alarm : Emphasis::None};
}

ScreenLine refused_row(const TopRefused& refused, std::size_t columns) {
  constexpr std::size_t kReasonColumns = 20;
  const auto begin = fmt::format("{} {} ", right(short_time(refused.age_seconds), kNumberColumns),
                                 left(refused.reason, kReasonColumns));
  const auto text = refused.sender.empty()
                        ? refused.line
                        : fmt::format("{}  from {}", refused.line, refused.sender);
  return {begin + rest_of(text, columns, kNumberColumns + kReasonColumns + 2)};
}

ScreenLine row_line(const TopView& view, Section section, std::size_t at, std::size_t columns) {
  switch (section) {
    case Section::Metrics: return metric_row(view.metrics[at], columns);
    case Section::Labels: return label_row(view.labels[at], columns);
    case Section::Unmapped: return unmapped_row(view.unmapped[at], columns);
    case Section::Senders: return sender_row(view.senders[at], columns);
    case Section::Refused: break;
  }
  return refused_row(view.refused[at], columns);
}

std::string title_of(const TopView& view, Section section, std::size_t columns) {
  const bool is_estimate = view.is_estimate.at(static_cast<std::size_t>(section));
  const auto named = [is_estimate](std::string_view name) {
    return fmt::format("{}{}", name, is_estimate ? " (estimated)" : "");
  };
  switch (section) {
    case Section::Metrics: {
      const bool has_rates = std::ranges::any_of(
          view.metrics, [](const TopMetric& metric) { return metric.per_second.has_value(); });
      return row_of(named("BUSIEST METRICS"), "type", has_rates ? "samples/s" : "samples", "series",
                    columns);
    }
    case Section::Labels: {
      const std::size_t wide =
          columns > 3 * kNumberColumns + 4 ? columns - 2 * kNumberColumns - 2 : 1;
      return fmt::format("{} {} {}", left(named("GROWING LABELS"), wide),
                         right("growth", kNumberColumns), right("values", kNumberColumns));
    }
    case Section::Unmapped:
      return row_of(named("UNMAPPED NAMES"), "type", "samples/s", "samples", columns);
    case Section::Senders: {
      const std::size_t used = kTypeColumns + 2 * kNumberColumns + 18;
      return cut(
          fmt::format("{} {} {} {} {}", left(named("SENDERS"), columns > used ? columns - used : 1),
                      left("by", kTypeColumns), right("share", kNumberColumns),
                      right("lines", kNumberColumns), right("last", 14)),
          columns);
    }
    case Section::Refused: break;
  }
  return left(fmt::format("{} reason               line", left("REFUSED", kNumberColumns)),
              columns);
}

// What stands where a section has no rows.
std::string empty_text(const TopView& view, Section section) {
  const auto& fault = view.fault.at(static_cast<std::size_t>(section));
  if (!fault.empty()) return "  " + fault;
  switch (section) {
    case Section::Labels: return "  no label has values";
    case Section::Unmapped: return "  every name has a rule, or there is no mapping file";
    case Section::Refused: return "  nothing was refused";
    case Section::Metrics:
    case Section::Senders: break;
  }
  return "  nothing yet";
}

ScreenLine daemon_line(const TopView& view, std::size_t columns) {
  const auto state = view.is_ready ? std::string() : "NOT READY: " + view.not_ready_reason;
  const auto text = fmt::format("weir {}  {}  up {}  {}", view.version, view.url,
                                short_time(view.uptime_seconds), state);
  const std::size_t time_columns = view.time.empty() ? 0 : view.time.size() + 1;
  return {left(text, columns - time_columns) + (time_columns > 0 ? " " + view.time : ""),
          view.is_ready ? Emphasis::Title : Emphasis::Alarm};
}

ScreenLine failure_line(const TopView& view, std::size_t columns) {
  return {cut(fmt::format("NO ANSWER for {}, trying again: {}", short_time(view.failing_seconds),
                          view.failure),
              columns),
          Emphasis::Alarm};
}

ScreenLine traffic_line(const TopView& view, std::size_t columns, bool is_utf8) {
  auto text = fmt::format("traffic  {} lines/s  {} packets/s", short_number(view.lines_per_second),
                          short_number(view.datagrams_per_second));
  if (view.has_bytes_rate) text += fmt::format("  {}/s", short_bytes(view.bytes_per_second));
  text = cut(text, columns);
  constexpr std::size_t kBarsMin = 8;
  const std::size_t used = columns_of(std::string_view(text)) + 2;
  if (columns < used + kBarsMin || view.history.empty()) return {text};
  return {text + "  " + sparkline(view.history, columns - used, is_utf8)};
}

ScreenLine series_line(const TopView& view, std::size_t columns) {
  return {cut(
      fmt::format("series   {} of {} in {} metrics, {} of {}  memory {}",
                  short_number(static_cast<double>(view.series)),
                  short_number(static_cast<double>(view.series_max)),
                  short_number(static_cast<double>(view.families)), short_bytes(view.store_bytes),
                  short_bytes(view.store_bytes_max), short_bytes(view.resident_bytes)),
      columns)};
}

ScreenLine scrape_line(const TopView& view, std::size_t columns) {
  if (!view.scrape_age_seconds) return {cut("scrapes  NEVER SCRAPED", columns), Emphasis::Alarm};
  return {cut(fmt::format("scrapes  {}  the last {} ago, took {:.3f} s",
                          short_number(static_cast<double>(view.scrapes)),
                          short_time(*view.scrape_age_seconds), view.scrape_seconds),
              columns)};
}

ScreenLine loss_line(const TopView& view, std::size_t columns) {
  std::string now;
  std::string before;
  for (const auto& loss : view.losses) {
    if (loss.last_minute > 0) {
      now += fmt::format("  {} {}/s ({})", loss.name, short_number(loss.per_second),
                         short_number(static_cast<double>(loss.total)));
    } else if (loss.total > 0) {
      before += fmt::format("  {} {}", loss.name, short_number(static_cast<double>(loss.total)));
    }
  }
  if (!now.empty()) {
    const auto rest = before.empty() ? before : "  before:" + before;
    return {cut("LOSING " + now + rest, columns), Emphasis::Alarm};
  }
  if (before.empty()) return {cut("losses   none", columns)};
  return {cut("losses   none in the last minute, before that" + before, columns)};
}

}  // namespace

std::vector<ScreenLine> head_lines(const TopView& view, std::size_t columns, bool is_utf8) {
  std::vector<ScreenLine> lines{daemon_line(view, columns)};
  if (!view.failure.empty()) lines.push_back(failure_line(view, columns));
  if (!view.has_data) return lines;
  lines.push_back(traffic_line(view, columns, is_utf8));
  lines.push_back(series_line(view, columns));
  lines.push_back(scrape_line(view, columns));
  lines.push_back(loss_line(view, columns));
  return lines;
}

std::vector<ScreenLine> section_lines(const TopView& view, Section section, std::size_t first,
                                      std::size_t rows_max, std::size_t columns) {
  std::vector<ScreenLine> lines{{cut(title_of(view, section, columns), columns), Emphasis::Title}};
  const std::size_t rows = view.rows(section);
  if (rows == 0 && rows_max > 0) lines.push_back({cut(empty_text(view, section), columns)});
  for (std::size_t at = first; at < rows && lines.size() <= rows_max; ++at) {
    auto line = row_line(view, section, at, columns);
    line.text = cut(line.text, columns);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string sparkline(const std::vector<std::optional<double>>& values, std::size_t columns,
                      bool is_utf8) {
  constexpr std::array<std::string_view, 9> kBars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 9> kPlainBars{" ", "_", ".", ":", "-", "=", "+", "*", "#"};
  const auto& bars = is_utf8 ? kBars : kPlainBars;
  const std::size_t count = std::min(columns, values.size());
  const auto begin = values.end() - static_cast<std::ptrdiff_t>(count);
  double largest = 0;
  for (auto at = begin; at != values.end(); ++at) largest = std::max(largest, at->value_or(0));
  std::string out;
  for (auto at = begin; at != values.end(); ++at) {
    const double share = largest > 0 ? std::max(at->value_or(0), 0.0) / largest : 0;
    // What is not nothing has a bar.
    out += bars.at(static_cast<std::size_t>(std::ceil(share * (bars.size() - 1))));
  }
  return out;
}

}  // namespace weir::app
