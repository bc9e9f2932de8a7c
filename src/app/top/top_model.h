// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands/json_document.h"
#include "app/top/top_view.h"

namespace weir::app {

// Makes of a daemon's answers, one look after the other, what is shown: rates are differences
// between two looks, growth is since the first. What it remembers is bounded by what the daemon
// lists. One thread.
class TopModel {
 public:
  // Each replaces what the same resource of the API answered before. `status` comes first in a
  // look, and has its time.
  void take_status(const JsonValue& status);
  void take_history(const JsonValue& history);
  // The answer to the resource of that name: `metrics`, `labels`, ...
  void take_section(Section section, const JsonValue& answer);
  // There is no such answer, and why.
  void take_fault(Section section, std::string fault);

  [[nodiscard]] const TopView& view() const { return view_; }

 private:
  // What was counted at an earlier look.
  struct Earlier {
    double at = 0;
    double count = 0;
  };
  using Counts = std::map<std::string, Earlier, std::less<>>;
  // The rate since the last look at which it was listed; none at the first. Notes it in `now`.
  [[nodiscard]] std::optional<double> rate(const Counts& before, Counts& now, std::string_view name,
                                           double count) const;
  void take_traffic(const JsonValue& status, bool is_restart);
  void take_losses(const JsonValue& losses);
  void take_metrics(const JsonValue& answer);
  void take_labels(const JsonValue& answer);
  void take_unmapped(const JsonValue& answer);
  void take_senders(const JsonValue& answer);
  void take_refused(const JsonValue& answer);

  TopView view_;
  double now_ = 0;      // the daemon's time of this look
  double started_ = 0;  // and of its start: another one's counts are no longer comparable
  Counts totals_;
  Counts metrics_;
  Counts unmapped_;
  // Values of a label when it was first listed.
  std::map<std::pair<std::string, std::string>, std::uint64_t> first_values_;
};

}  // namespace weir::app
