// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/proxy_page.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace weir::app {

namespace {

constexpr std::array kSecondBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                      0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
constexpr std::array kByteBounds = {1024.0,    4096.0,    16'384.0,    65'536.0,
                                    262'144.0, 1048576.0, 4'194'304.0, 16'777'216.0};

void append_head(std::string& page, std::string_view name, std::string_view type,
                 std::string_view help) {
  fmt::format_to(std::back_inserter(page), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

// As the Java proxy names the outcome, and in place of the text of an exception what kept the page
// from being read.
std::string labels_of(PageOutcome outcome) {
  if (outcome == PageOutcome::Shown) return R"(exception="none",outcome="success",)";
  if (outcome == PageOutcome::Closed) return R"(exception="none",outcome="closed",)";
  return fmt::format(R"(exception="{}",outcome="error",)",
                     kPageOutcomes.at(static_cast<std::size_t>(outcome)));
}

// The signal of Reactor with which a request ends.
std::string_view signal_of(PageOutcome outcome) {
  if (outcome == PageOutcome::Timeout) return "CANCEL";
  const bool is_error = outcome == PageOutcome::Error || outcome == PageOutcome::Closed;
  return is_error ? "ON_ERROR" : "ON_COMPLETE";
}

}  // namespace

void ProxyHistogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += value;
}

void ProxyHistogram::append(std::string& page, std::string_view name,
                            std::string_view labels) const {
  auto out = std::back_inserter(page);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    count += counts_[i];
    fmt::format_to(out, "{}_bucket{{{}le=\"{}\"}} {}\n", name, labels, bounds_[i], count);
  }
  count += counts_.back();
  const std::string braces =
      labels.empty() ? "" : fmt::format("{{{}}}", labels.substr(0, labels.size() - 1));
  fmt::format_to(out, "{0}_bucket{{{1}le=\"+Inf\"}} {2}\n{0}_sum{3} {4}\n{0}_count{3} {2}\n", name,
                 labels, count, braces, sum_);
}

std::uint64_t ProxyHistogram::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

ProxyPage::ProxyPage() : payload_bytes_(kByteBounds) {
  times_.assign(kPageOutcomes.size(), ProxyHistogram(kSecondBounds));
}

void ProxyPage::note_scrape(PageOutcome outcome, double seconds) {
  times_.at(static_cast<std::size_t>(outcome)).observe(seconds);
}

void ProxyPage::note_payload(std::size_t bytes) {
  payload_bytes_.observe(static_cast<double>(bytes));
}

std::string ProxyPage::text(const RsocketCounts& counts) const {
  std::string page;
  auto out = std::back_inserter(page);
  append_head(page, "prometheus_proxy_connection_error_total", "counter",
              "Connections of applications that ended in an error.");
  for (std::size_t i = 0; i < kConnectionEnds.size(); ++i) {
    const auto end = static_cast<ConnectionEnd>(i);
    if (end == ConnectionEnd::Closed || end == ConnectionEnd::Stopped) continue;
    fmt::format_to(out, "prometheus_proxy_connection_error_total{{exception=\"{}\"}} {}\n",
                   kConnectionEnds.at(i), counts.ends.at(i).value());
  }
  append_head(page, "prometheus_proxy_scrape_active_connections", "gauge",
              "Connections of applications that are open.");
  fmt::format_to(out, "prometheus_proxy_scrape_active_connections {}\n", counts.open.load());
  append_head(page, "prometheus_proxy_scrape_payload_bytes", "histogram",
              "Pages of applications, unpacked.");
  payload_bytes_.append(page, "prometheus_proxy_scrape_payload_bytes", "");
  append_times(page);
  append_requests(page);
  return page;
}

void ProxyPage::append_times(std::string& page) const {
  append_head(page, "prometheus_proxy_scrape_seconds", "histogram",
              "Times from the request to an application to its answer, or to the end of waiting.");
  for (std::size_t i = 0; i < times_.size(); ++i) {
    const auto outcome = static_cast<PageOutcome>(i);
    // As in the Java proxy these two are there from the start.
    const bool is_usual = outcome == PageOutcome::Shown || outcome == PageOutcome::Closed;
    if (!is_usual && times_[i].count() == 0) continue;
    times_[i].append(page, "prometheus_proxy_scrape_seconds", labels_of(outcome));
  }
}

void ProxyPage::append_requests(std::string& page) const {
  struct Total {
    std::uint64_t count = 0;
    double seconds = 0;
  };
  std::map<std::string_view, Total> totals;
  for (std::size_t i = 0; i < times_.size(); ++i) {
    Total& total = totals[signal_of(static_cast<PageOutcome>(i))];
    total.count += times_[i].count();
    total.seconds += times_[i].sum();
  }
  append_head(page, "rsocket_request_response_seconds", "summary",
              "Requests to applications, by the signal that ended them.");
  for (const auto& [signal, total] : totals) {
    fmt::format_to(std::back_inserter(page),
                   "rsocket_request_response_seconds_sum{{signal_type=\"{0}\"}} {1}\n"
                   "rsocket_request_response_seconds_count{{signal_type=\"{0}\"}} {2}\n",
                   signal, total.seconds, total.count);
  }
}

}  // namespace weir::app
