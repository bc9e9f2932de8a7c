// SPDX-License-Identifier: Apache-2.0
#include "app/insight/refusal_sampler.h"

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "app/refusal_text.h"

namespace weir::app {

namespace {

using insight::RefusedLines;

bool is_of_budget(pipeline::RefusalReason reason) {
  return reason == pipeline::RefusalReason(pipeline::DropReason::Budget) ||
         reason == pipeline::RefusalReason(pipeline::OtherRefusal::Overflowed);
}

std::string beginning(std::string_view text) {
  return std::string(text.substr(0, RefusedLines::kTextBytesMax));
}

// An address without its port, which is the last part.
std::string without_port(std::string_view address) {
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace

bool RefusalSampler::is_wanted(pipeline::RefusalReason reason) {
  if (!is_enabled_) return false;
  if (now_ - second_begins_ >= std::chrono::seconds(1)) {
    second_begins_ = now_;
    kept_ = 0;
    kept_of_budgets_ = 0;
  }
  if (kept_ >= kPerSecond) return false;
  return !is_of_budget(reason) || kept_of_budgets_ < kOfBudgetsPerSecond;
}

bool RefusalSampler::wants(pipeline::RefusalReason reason) {
  is_wanted_next_ = next_.wants(reason);
  is_wanted_here_ = is_wanted(reason);
  return is_wanted_next_ || is_wanted_here_;
}

void RefusalSampler::on_refusal(const pipeline::Refusal& refusal) {
  assert(source_ != nullptr);
  if (is_wanted_here_) {
    ++kept_;
    if (is_of_budget(refusal.reason)) ++kept_of_budgets_;
    lines_.with([&, record = record_of(refusal)](auto& lines) mutable {
      if (lines.size() < kPerSecond) lines.push_back(std::move(record));
    });
  }
  if (is_wanted_next_) next_.on_refusal(refusal);
}

insight::RefusedLine RefusalSampler::record_of(const pipeline::Refusal& refusal) {
  const Origin origin = source_->origin_of(refusal.line);
  const bool is_address = origin.place.key == "sender";
  insight::RefusedLine record{
      .time = base::unix_now(),
      .reason = pipeline::name_of(refusal.reason),
      .transport = origin.transport,
      .sender = is_address ? without_port(origin.place.value) : origin.place.value,
      .line = beginning(refusal.line),
      .part = beginning(refusal.part),
      .metric = {},
      .detail = beginning(error_of(refusal))};
  if (refusal.event) record.metric = beginning(refusal.event->metric);
  wants_senders_ = record.sender.empty();
  return record;
}

std::vector<insight::RefusedLine> RefusalSampler::take() {
  return lines_.with([](auto& lines) { return std::exchange(lines, {}); });
}

}  // namespace weir::app
