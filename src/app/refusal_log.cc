// SPDX-License-Identifier: Apache-2.0
#include "app/refusal_log.h"

#include <cassert>
#include <utility>

namespace weir::app {

void RefusalLog::begin_batch(const OriginSource& source, base::TimePoint now) {
  source_ = &source;
  now_ = now;
  if (!held_ || now < held_->until) return;
  Held held = *std::exchange(held_, std::nullopt);
  write(held.gate, std::move(held.text));
}

bool RefusalLog::wants(pipeline::RefusalReason reason) {
  Gate& gate = gates_[number_of(reason)];
  ++gate.refused;
  return now_ >= gate.opens && log_.is_enabled(base::LogLevel::Warn);
}

void RefusalLog::on_refusal(const pipeline::Refusal& refusal) {
  assert(source_ != nullptr);
  const std::size_t gate = number_of(refusal.reason);
  RefusalText text = text_of(refusal, kShownBytesMax);
  Origin origin = source_->origin_of(refusal.line);
  text.attributes.push_back({"proto", std::string(origin.transport)});
  if (origin.place.value.empty()) {
    if (!held_) held_ = {gate, std::move(text), now_ + kPatience};
    return;
  }
  if (held_ && held_->gate == gate) held_.reset();
  text.attributes.push_back(std::move(origin.place));
  write(gate, std::move(text));
}

void RefusalLog::write(std::size_t gate, RefusalText text) {
  text.attributes.push_back({"refused", std::to_string(gates_[gate].refused)});
  gates_[gate] = {now_ + kInterval, 0};
  log_.write(base::LogLevel::Warn, text.message, text.attributes);
}

}  // namespace weir::app
