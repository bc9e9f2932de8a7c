// SPDX-License-Identifier: Apache-2.0
#include "app/web/status/status_page.h"

#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <map>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/web/status/status_files.h"
#include "weir/http/html.h"

namespace weir::app {

namespace {

constexpr std::string_view kOpening = "{{";
constexpr std::string_view kClosing = "}}";

// By the names that the page has for its places.
using Texts = std::map<std::string_view, std::string>;

// `1,234,567`.
std::string grouped(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, 1, ',');
  return text;
}

std::string of_bytes(double bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, bytes < 100 && unit > 0 ? 1 : 0, kUnits.at(unit));
}

// The largest unit of it: `3 h`.
std::string of_span(std::chrono::duration<double> span) {
  struct Unit {
    double seconds;
    std::string_view name;
  };
  for (const Unit unit : {Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"}}) {
    if (span.count() >= unit.seconds) {
      return fmt::format("{} {}", static_cast<std::uint64_t>(span.count() / unit.seconds),
                         unit.name);
    }
  }
  return fmt::format("{} s", span.count() > 0 ? static_cast<std::uint64_t>(span.count()) : 0);
}

std::string of_time(base::UnixTime time) {
  return fmt::format(
      "{:%Y-%m-%d %H:%M:%S} UTC",
      fmt::gmtime(
          std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count()));
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

Texts texts_of_traffic(const PageFigures& of) {
  return {{"lines", grouped(of.lines)},
          {"lines_sub", grouped(of.datagrams) + " datagrams"},
          {"lost", grouped(of.lost)},
          {"lost_sub", of.worst_loss.empty() ? "nothing" : "mostly " + of.worst_loss},
          {"applied", grouped(of.applied)},
          {"applied_sub", "of " + grouped(of.samples)}};
}

Texts texts_of_store(const PageFigures& of) {
  const std::string memory = of.memory_limit_bytes > 0
                                 ? "of " + of_bytes(static_cast<double>(of.memory_limit_bytes))
                                 : "series take " + of_bytes(static_cast<double>(of.store_bytes));
  return {{"series", grouped(of.series)},
          {"series_sub",
           fmt::format("in {} families, at most {}", grouped(of.families), grouped(of.series_max))},
          {"memory", of.resident_bytes ? of_bytes(*of.resident_bytes) : "unknown"},
          {"memory_sub", memory}};
}

Texts texts_of_daemon(const PageFigures& of) {
  const bool is_ready = of.not_ready_reason.empty();
  return {{"version", of.version},
          {"ready", is_ready ? "ready" : "not ready: " + of.not_ready_reason},
          {"ready_class", is_ready ? "ok" : "bad"},
          {"mapping", grouped(of.rules)},
          {"mapping_sub", of.mapping_path.empty() ? "no mapping file" : file_name(of.mapping_path)},
          {"uptime", of_span(of.now - of.started)},
          {"uptime_sub", "since " + of_time(of.started)}};
}

Texts texts_of_scrapes(const PageFigures& of) {
  if (!of.last_scrape) return {{"scrape", "never"}, {"scrape_sub", "no scraper came yet"}};
  return {{"scrape", of_span(of.now - *of.last_scrape) + " ago"},
          {"scrape_sub", fmt::format("took {:.3g} ms, {} so far", of.last_scrape_seconds * 1000,
                                     grouped(of.scrapes))}};
}

Texts texts_of(const PageFigures& figures) {
  Texts texts = texts_of_traffic(figures);
  texts.merge(texts_of_store(figures));
  texts.merge(texts_of_daemon(figures));
  texts.merge(texts_of_scrapes(figures));
  return texts;
}

}  // namespace

std::string status_html(const PageFigures& figures) {
  const Texts texts = texts_of(figures);
  std::string html;
  std::string_view rest = kStatusHtml;
  for (auto opening = rest.find(kOpening); opening != std::string_view::npos;
       opening = rest.find(kOpening)) {
    html += rest.substr(0, opening);
    rest.remove_prefix(opening + kOpening.size());
    const auto closing = rest.find(kClosing);
    assert(closing != std::string_view::npos);
    html += http::escape_html(texts.at(rest.substr(0, closing)), http::HtmlQuotes::Both);
    rest.remove_prefix(closing + kClosing.size());
  }
  html += rest;
  return html;
}

}  // namespace weir::app
