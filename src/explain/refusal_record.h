// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/explain/explanation.h"
#include "weir/pipeline/refusal.h"

namespace weir::explain {

// Keeps what a pipeline says of one line.
class RefusalRecord final : public pipeline::RefusalSink {
 public:
  struct Entry {
    Fault fault;
    // Of an event that was read; all "" of others.
    std::string metric;
    std::string labels;
    std::string type;
  };

  // Forgets what was of the line before. Both are borrowed until the next call.
  void begin(std::string_view line, std::string_view name);

  [[nodiscard]] bool wants(pipeline::RefusalReason reason) override;
  void on_refusal(const pipeline::Refusal& refusal) override;

  [[nodiscard]] std::vector<Entry>& entries() { return entries_; }

 private:
  std::string_view line_;
  std::string_view name_;
  std::vector<Entry> entries_;
  // How many more are kept, of the line and of events.
  std::size_t line_room_ = 0;
  std::size_t event_room_ = 0;
};

// Gives each entry to its sample or to the line, and says of each sample how it ended.
void hand_out(std::vector<RefusalRecord::Entry>& entries, Explanation& explanation);

}  // namespace weir::explain
