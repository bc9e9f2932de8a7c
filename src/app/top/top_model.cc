// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_model.h"

#include <algorithm>
#include <vector>

namespace weir::app {

namespace {

// More labels than a daemon lists in a look; those that went long ago are forgotten with the rest.
constexpr std::size_t kLabelsRememberedMax = 10'000;
constexpr double kMinute = 60;

std::string text_of(const JsonValue& value) { return std::string(value.text()); }

std::optional<double> optional_number(const JsonValue& value) {
  return value.has_value() ? std::optional(value.number()) : std::nullopt;
}

std::vector<std::optional<double>> numbers_of(const JsonValue& array) {
  std::vector<std::optional<double>> numbers;
  const auto items = array.items();
  numbers.reserve(items.size());
  for (const auto& item : items) numbers.push_back(optional_number(item));
  return numbers;
}

double last_known(const std::vector<std::optional<double>>& values) {
  const auto at = std::ranges::find_if(values.rbegin(), values.rend(),
                                       [](const auto& value) { return value.has_value(); });
  return at == values.rend() ? 0 : **at;
}

// The amount in the last minute, of values per second in steps.
double last_minute(const std::vector<std::optional<double>>& values, double step_seconds) {
  double sum = 0;
  double seconds = 0;
  for (auto at = values.rbegin(); at != values.rend() && seconds < kMinute; ++at) {
    sum += at->value_or(0) * step_seconds;
    seconds += step_seconds;
  }
  return sum;
}

std::size_t index_of(Section section) { return static_cast<std::size_t>(section); }

}  // namespace

std::optional<double> TopModel::rate(const Counts& before, Counts& now, std::string_view name,
                                     double count) const {
  now.insert_or_assign(std::string(name), Earlier{now_, count});
  const auto earlier = before.find(name);
  if (earlier == before.end()) return std::nullopt;
  const double seconds = now_ - earlier->second.at;
  if (seconds <= 0) return std::nullopt;
  return std::max(count - earlier->second.count, 0.0) / seconds;
}

void TopModel::take_status(const JsonValue& status) {
  const double started = status.at("started").number();
  const bool is_restart = started != started_;
  if (is_restart) {
    totals_.clear();
    metrics_.clear();
    unmapped_.clear();
    first_values_.clear();
  }
  started_ = started;
  now_ = status.at("now").number();
  view_.has_data = true;
  view_.version = text_of(status.at("version"));
  view_.uptime_seconds = status.at("uptime_seconds").number();
  view_.is_ready = status.at("is_ready").is_true();
  view_.not_ready_reason = text_of(status.at("not_ready_reason"));
  view_.series = status.at("series").count();
  view_.families = status.at("families").count();
  view_.series_max = status.at("series_max").count();
  view_.store_bytes = status.at("store_bytes").number();
  view_.store_bytes_max = status.at("store_bytes_max").number();
  view_.resident_bytes = status.at("resident_bytes").number();
  const auto scrapes = status.at("scrapes");
  view_.scrapes = scrapes.at("total").count();
  view_.scrape_age_seconds.reset();
  if (const auto last = optional_number(scrapes.at("last")))
    view_.scrape_age_seconds = now_ - *last;
  view_.scrape_seconds = scrapes.at("last_seconds").number();
  take_traffic(status, is_restart);
  take_losses(status.at("losses"));
}

void TopModel::take_traffic(const JsonValue& status, bool is_restart) {
  if (is_restart) view_.has_bytes_rate = false;
  const auto rate_of = [&](std::string_view key) {
    const Counts before = totals_;
    return rate(before, totals_, key, status.at(key).number());
  };
  if (const auto lines = rate_of("lines")) view_.lines_per_second = *lines;
  if (const auto packets = rate_of("datagrams")) view_.datagrams_per_second = *packets;
  if (const auto bytes = rate_of("bytes")) {
    view_.bytes_per_second = *bytes;
    view_.has_bytes_rate = true;
  }
}

void TopModel::take_losses(const JsonValue& losses) {
  std::vector<TopLoss> taken;
  for (const auto& [name, count] : losses.members()) {
    const auto old = std::ranges::find(view_.losses, name, &TopLoss::name);
    TopLoss loss = old == view_.losses.end() ? TopLoss{std::string(name)} : *old;
    // What came since the last look is of the last minute, too, before the history has it.
    const Counts before = totals_;
    const auto now = rate(before, totals_, "loss " + loss.name, count.number());
    loss.total = count.count();
    loss.per_second = now.value_or(0);
    loss.last_minute = 0;
    if (loss.per_second > 0) loss.last_minute = loss.per_second;
    taken.push_back(std::move(loss));
  }
  view_.losses = std::move(taken);
}

void TopModel::take_history(const JsonValue& history) {
  view_.history_step_seconds = std::max(history.at("step_seconds").number(), 1.0);
  view_.history = numbers_of(history.at("lines_per_second"));
  if (!view_.has_bytes_rate) {
    view_.lines_per_second = last_known(view_.history);
    view_.datagrams_per_second = last_known(numbers_of(history.at("datagrams_per_second")));
  }
  const auto losses = history.at("losses_per_second");
  for (auto& loss : view_.losses) {
    const auto values = numbers_of(losses.at(loss.name));
    loss.last_minute = std::max(loss.last_minute, last_minute(values, view_.history_step_seconds));
    if (!view_.has_bytes_rate) loss.per_second = last_known(values);
  }
}

void TopModel::take_fault(Section section, std::string fault) {
  view_.fault.at(index_of(section)) = std::move(fault);
}

void TopModel::take_section(Section section, const JsonValue& answer) {
  view_.fault.at(index_of(section)).clear();
  view_.is_estimate.at(index_of(section)) = answer.at("is_estimate").is_true();
  view_.left_out.at(index_of(section)) = answer.at("left_out").count();
  switch (section) {
    case Section::Metrics: return take_metrics(answer);
    case Section::Labels: return take_labels(answer);
    case Section::Unmapped: return take_unmapped(answer);
    case Section::Senders: return take_senders(answer);
    case Section::Refused: return take_refused(answer);
  }
}

void TopModel::take_metrics(const JsonValue& answer) {
  view_.metrics.clear();
  Counts now;
  for (const auto& metric : answer.at("metrics").items()) {
    TopMetric row{.name = text_of(metric.at("name")),
                  .type = text_of(metric.at("type")),
                  .samples = optional_number(metric.at("samples")),
                  .series = metric.at("series").count()};
    if (row.samples) row.per_second = rate(metrics_, now, row.name, *row.samples);
    view_.metrics.push_back(std::move(row));
  }
  metrics_ = std::move(now);
}

void TopModel::take_labels(const JsonValue& answer) {
  view_.labels.clear();
  const bool is_first = first_values_.empty();
  if (first_values_.size() > kLabelsRememberedMax) first_values_.clear();
  for (const auto& label : answer.at("labels").items()) {
    TopLabel row{.metric = text_of(label.at("metric")),
                 .label = text_of(label.at("label")),
                 .values = label.at("values").count(),
                 .series = label.at("series").count()};
    const auto [first, is_new] = first_values_.try_emplace({row.metric, row.label}, row.values);
    if (!is_first) {
      row.growth = static_cast<std::int64_t>(row.values) - static_cast<std::int64_t>(first->second);
    }
    view_.labels.push_back(std::move(row));
  }
}

void TopModel::take_unmapped(const JsonValue& answer) {
  view_.unmapped.clear();
  Counts now;
  for (const auto& name : answer.at("names").items()) {
    TopUnmapped row{.name = text_of(name.at("name")),
                    .type = text_of(name.at("type")),
                    .samples = name.at("samples").number(),
                    .example = text_of(name.at("example")),
                    .sender = text_of(name.at("sender"))};
    row.per_second = rate(unmapped_, now, row.name + '\n' + row.type, row.samples);
    view_.unmapped.push_back(std::move(row));
  }
  unmapped_ = std::move(now);
}

void TopModel::take_senders(const JsonValue& answer) {
  view_.senders.clear();
  for (const auto& sender : answer.at("senders").items()) {
    view_.senders.push_back({.sender = text_of(sender.at("sender")),
                             .transport = text_of(sender.at("transport")),
                             .lines = sender.at("lines").number(),
                             .share = sender.at("share").number(),
                             .silent_seconds = now_ - sender.at("last_seen").number(),
                             .is_silent = sender.at("is_silent").is_true()});
  }
}

void TopModel::take_refused(const JsonValue& answer) {
  view_.refused.clear();
  for (const auto& refused : answer.at("refused").items()) {
    view_.refused.push_back({.age_seconds = now_ - refused.at("time").number(),
                             .reason = text_of(refused.at("reason")),
                             .line = text_of(refused.at("line")),
                             .sender = text_of(refused.at("sender"))});
  }
}

}  // namespace weir::app
