// SPDX-License-Identifier: Apache-2.0
#include "influxwrite/meter.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "weir/metrics/sample_suffix.h"

namespace weir::influxwrite {

namespace {

using metrics::Type;
using metrics::without_suffix;

constexpr std::string_view kSeconds = "_seconds";
constexpr std::string_view kBytes = "_bytes";
// The units in which the names of Micrometer's meters end for Prometheus.
constexpr std::array<std::string_view, 11> kUnits = {
    kSeconds, kBytes, "_buffers",  "_classes", "_connections", "_files",
    "_ms",    "_ns",  "_sessions", "_tasks",   "_threads"};
// How the names of meters begin that have such a unit.
constexpr std::array<std::string_view, 5> kCountedThings = {"executor_", "jetty_", "jvm_",
                                                            "process_", "tomcat_"};
// What may follow the name of a meter, as far as one of them tells that there is a meter.
constexpr std::array<std::string_view, 3> kTails = {"", metrics::kTotal, metrics::kCount};
constexpr std::string_view kMax = "_max";
constexpr std::string_view kActiveCount = "_active_count";
constexpr std::string_view kDurationSum = "_duration_sum";

using Directory = metrics::PageDirectory;

std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string text;
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

bool is_of(const Directory& page, std::string_view base, std::string_view suffix, Type type) {
  return page.type_of(joined({base, suffix})) == type;
}

bool is_counted_pair(const Directory& page, std::string_view base) {
  return is_of(page, base, metrics::kCount, Type::Counter) &&
         is_of(page, base, metrics::kSum, Type::Counter);
}

bool is_histogram(const Directory& page, std::string_view base) {
  const auto type = page.type_of(base);
  return (type && metrics::is_observed(*type)) || is_counted_pair(page, base);
}

struct Division {
  MeterPart part;
  std::string_view base;
};

Division divide_counter(std::string_view name, const Directory* page) {
  if (page != nullptr) {
    const auto of_count = without_suffix(name, metrics::kCount);
    if (!of_count.empty() && is_counted_pair(*page, of_count)) return {MeterPart::Count, of_count};
    const auto of_sum = without_suffix(name, metrics::kSum);
    if (!of_sum.empty() && is_counted_pair(*page, of_sum)) return {MeterPart::Sum, of_sum};
  }
  const auto base = without_suffix(name, metrics::kTotal);
  return {MeterPart::Counter, base.empty() ? name : base};
}

Division divide_gauge(std::string_view name, const Directory* page) {
  if (page == nullptr) return {MeterPart::Gauge, name};
  const auto of_max = without_suffix(name, kMax);
  if (!of_max.empty() && is_histogram(*page, of_max)) return {MeterPart::Upper, of_max};
  const auto of_count = without_suffix(name, kActiveCount);
  if (!of_count.empty() && is_of(*page, of_count, kDurationSum, Type::Gauge)) {
    return {MeterPart::ActiveTasks, of_count};
  }
  const auto of_sum = without_suffix(name, kDurationSum);
  if (!of_sum.empty() && is_of(*page, of_sum, kActiveCount, Type::Gauge)) {
    return {MeterPart::Duration, of_sum};
  }
  return {MeterPart::Gauge, name};
}

Division divide(const metrics::FamilyReading& family) {
  switch (family.type) {
    case Type::Counter: return divide_counter(family.name, family.page);
    case Type::Gauge: return divide_gauge(family.name, family.page);
    case Type::Summary:
    case Type::Histogram: break;
  }
  return {MeterPart::Histogram, family.name};
}

// Whether a family with another unit, or none, would have the name `rest`, too.
bool is_taken(const Directory& page, std::string_view rest, std::string_view own_unit) {
  const auto exists = [&](std::string_view unit) {
    return unit != own_unit && std::ranges::any_of(kTails, [&](std::string_view tail) {
             return page.type_of(joined({rest, unit, tail})).has_value();
           });
  };
  return exists("") || std::ranges::any_of(kUnits, exists);
}

// Times and bytes are always units. Other words may be the meter's own, as in
// `hikaricp_connections`, but in those that Micrometer brings itself.
bool can_be_unit(std::string_view unit, std::string_view rest) {
  if (unit == kSeconds || unit == kBytes) return true;
  const bool is_known = std::ranges::any_of(
      kCountedThings, [rest](std::string_view prefix) { return rest.starts_with(prefix); });
  return is_known && rest.find('_') != std::string_view::npos;
}

std::string_view unit_of(std::string_view base, const Directory* page) {
  if (page == nullptr) return {};
  for (const std::string_view unit : kUnits) {
    const auto rest = without_suffix(base, unit);
    if (rest.empty()) continue;
    return can_be_unit(unit, rest) && !is_taken(*page, rest, unit) ? unit : std::string_view();
  }
  return {};
}

bool is_time(MeterPart part) { return part != MeterPart::Count && part != MeterPart::ActiveTasks; }

}  // namespace

Meter meter_of(const metrics::FamilyReading& family) {
  const auto [part, base] = divide(family);
  const std::string_view unit = unit_of(base, family.page);
  Meter meter{part, std::string(base.substr(0, base.size() - unit.size())), 1, {}};
  if (unit == kSeconds && is_time(part)) meter.scale = 1000;
  if (part == MeterPart::Sum) meter.count_family = joined({base, metrics::kCount});
  return meter;
}

}  // namespace weir::influxwrite
