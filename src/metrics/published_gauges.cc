// SPDX-License-Identifier: Apache-2.0
// What the index does for gauges that read the window of a summary or histogram.
#include <algorithm>
#include <cstddef>

#include "metrics/instrument.h"
#include "metrics/series_index.h"

namespace weir::metrics {

bool SeriesIndex::is_linked(const SeriesLink& link) const {
  const auto version = memory.at(link.series)->version.load(std::memory_order_relaxed);
  return (version & ~kLifeMask) == link.version && memory.at(link.series)->life() != Life::Dead;
}

bool SeriesIndex::is_current(const SeriesLink& link) const {
  if (!is_linked(link)) return false;
  const LabelNames& names = label_names_of(*memory.at(link.series));
  return names.is_dead == 0 && !family_of(names).is_dead;
}

void SeriesIndex::publish(const SeriesLink& source, const Admission& gauge) {
  SeriesHeader* const header = memory.at(source.series);
  const Definition& definition = definition_of(label_names_of(*header));
  PublishedWindow& window = *window_of(header, definition);
  const auto place = std::ranges::find(definition.published, gauge.definition->gauge);
  SeriesLink& link =
      window.gauges.at(static_cast<std::size_t>(place - definition.published.begin()));
  // Another may be there, of the name that the gauge had to have before. Nothing would take it
  // along with its window.
  if (link.series != gauge.series) unlink_gauge(link, window);
  link = {gauge.series, gauge.version};
  // Another source may have had it, whose family was replaced and which is not gone yet.
  static_cast<ComputedGaugeSeries*>(gauge.header)->window_gauge().use(window.statistics);
}

void SeriesIndex::unlink_gauges(SeriesHeader* source, const Definition& definition) {
  PublishedWindow* const window = window_of(source, definition);
  if (window == nullptr) return;
  for (const SeriesLink& link : window->gauges) unlink_gauge(link, *window);
}

void SeriesIndex::unlink_gauge(const SeriesLink& link, const PublishedWindow& window) {
  if (link.series == 0 || !is_linked(link)) return;
  auto* const gauge = static_cast<ComputedGaugeSeries*>(memory.at(link.series));
  if (!gauge->window_gauge().uses(window.statistics)) return;
  unlink(link.series);
  replaced_series.push_back(link.series);
}

}  // namespace weir::metrics
