// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/rule_use.h"

namespace weir::insight {

void RuleUse::look(std::span<const std::uint64_t> samples, base::UnixTime now) {
  if (samples.size() != records_.size()) return;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Record& record = records_[i];
    if (samples[i] == record.samples) continue;
    record = {samples[i], now};
  }
}

}  // namespace weir::insight
