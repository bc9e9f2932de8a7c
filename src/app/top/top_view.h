// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::app {

// What `weir top` shows, whatever the size of the screen. Texts are as the daemon says them, with
// whatever senders chose.

enum class Section : std::uint8_t { Metrics, Labels, Unmapped, Senders, Refused };
inline constexpr std::size_t kSectionCount = 5;
// In the order of Section.
inline constexpr std::array<std::string_view, kSectionCount> kSections = {
    "metrics", "labels", "unmapped", "senders", "refused"};

struct TopLoss {
  std::string name;
  std::uint64_t total = 0;
  double per_second = 0;
  double last_minute = 0;
};

struct TopMetric {
  std::string name;
  std::string type;
  // None for a name of which the daemon holds no count.
  std::optional<double> samples{};
  std::optional<double> per_second{};
  std::uint64_t series = 0;
};

struct TopLabel {
  std::string metric;
  std::string label;
  std::uint64_t values = 0;
  std::uint64_t series = 0;
  // Values more than when this began; none before the second look.
  std::optional<std::int64_t> growth{};
};

struct TopUnmapped {
  std::string name;
  std::string type;
  double samples = 0;
  std::optional<double> per_second{};
  std::string example;
  std::string sender;
};

struct TopSender {
  std::string sender;
  std::string transport;
  double lines = 0;
  double share = 0;
  double silent_seconds = 0;
  bool is_silent = false;
};

struct TopRefused {
  double age_seconds = 0;
  std::string reason;
  std::string line;
  std::string sender;
};

struct TopView {
  std::string url;
  // Of the machine that shows it: `12:34:56`.
  std::string time;
  // Why the daemon does not answer; "" while it does. What else is here is then what it said last.
  std::string failure;
  double failing_seconds = 0;
  bool is_paused = false;
  // It has answered once.
  bool has_data = false;

  std::string version;
  double uptime_seconds = 0;
  bool is_ready = true;
  std::string not_ready_reason;
  double lines_per_second = 0;
  double datagrams_per_second = 0;
  double bytes_per_second = 0;
  bool has_bytes_rate = false;
  std::uint64_t series = 0;
  std::uint64_t families = 0;
  std::uint64_t series_max = 0;
  double store_bytes = 0;
  double store_bytes_max = 0;
  double resident_bytes = 0;
  std::uint64_t scrapes = 0;
  std::optional<double> scrape_age_seconds{};
  double scrape_seconds = 0;
  // Lines per second, oldest first; none where it is not known.
  std::vector<std::optional<double>> history;
  double history_step_seconds = 5;

  std::vector<TopLoss> losses;
  std::vector<TopMetric> metrics;
  std::vector<TopLabel> labels;
  std::vector<TopUnmapped> unmapped;
  std::vector<TopSender> senders;
  std::vector<TopRefused> refused;
  // Of sampled lines, by section.
  std::array<bool, kSectionCount> is_estimate{};
  // Rows that the daemon has beyond those here, by section.
  std::array<std::uint64_t, kSectionCount> left_out{};
  // Why a section has no rows, as of a daemon of another release; "" when it may have.
  std::array<std::string, kSectionCount> fault{};

  // Something was lost in the last minute.
  [[nodiscard]] bool is_losing() const;
  [[nodiscard]] std::size_t rows(Section section) const;
};

}  // namespace weir::app
