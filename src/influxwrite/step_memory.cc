// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/step_memory.h"

#include <numeric>

namespace weir::influxwrite {

void StepMemory::begin_step(Step kind) {
  kind_ = kind;
  ++step_;
}

std::optional<double> StepMemory::advance(std::uint64_t key, double total, base::UnixTime created) {
  const bool is_old = created < begin_;
  if (kind_ == Step::FirstLook && !is_old) return std::nullopt;
  const auto [place, is_new] = parts_.at(part_of(key)).try_emplace(key);
  Total& known = place->second;
  if (!is_new && known.step == step_) return known.change;
  const bool counts_from_zero = is_new || known.created != created;
  known.change = counts_from_zero ? total : total - known.value;
  if (is_new && is_old) known.change = std::nullopt;
  known.value = total;
  known.created = created;
  known.step = step_;
  return known.change;
}

std::optional<double> StepMemory::of_this_step(std::uint64_t key) const {
  const Part& part = parts_.at(part_of(key));
  const auto found = part.find(key);
  if (found == part.end() || found->second.step != step_) return std::nullopt;
  return found->second.change;
}

bool StepMemory::forget_some() {
  if (next_forgotten_ == kPartCount) next_forgotten_ = 0;
  boost::unordered::erase_if(parts_.at(next_forgotten_),
                             [this](const auto& total) { return total.second.step != step_; });
  return ++next_forgotten_ < kPartCount;
}

std::size_t StepMemory::size() const {
  return std::accumulate(parts_.begin(), parts_.end(), std::size_t{0},
                         [](std::size_t sum, const Part& part) { return sum + part.size(); });
}

}  // namespace weir::influxwrite
