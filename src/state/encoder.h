// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/bytes.h"
#include "state/format.h"
#include "weir/metrics/series_state.h"

namespace weir::state {

// Writes states as the records of a state file. One thread.
class Encoder final : public metrics::StateVisitor {
 public:
  void on_family(const metrics::FamilyState& family) override;
  void on_label_names(const metrics::LabelNamesState& label_names) override;
  void on_series(std::uint32_t label_names, const metrics::SeriesState& series) override;
  // Leaves out what is longer than a block may be.
  void on_pushed(std::string_view group) override;

  // The records since the last `take`, and that many bytes.
  [[nodiscard]] std::string take();
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  // Series records in all.
  [[nodiscard]] std::uint64_t series() const { return series_; }

 private:
  template <class Write>
  void record(Record kind, Write write);
  void put_family(const metrics::FamilyState& family);
  void put_definition(const metrics::Definition& definition);
  void put_window(const metrics::SeriesState& series);
  void put_value(const metrics::CounterState& counter);
  void put_value(const metrics::GaugeState& gauge);
  void put_value(const metrics::HistogramState& histogram);
  void put_value(const metrics::NativeHistogram::State& histogram);
  void put_value(const metrics::Summary::State& summary);
  void put_quantiles(const metrics::QuantileWindow::State& window);

  std::string records_;
  ByteWriter out_{records_};
  std::uint64_t series_ = 0;
};

}  // namespace weir::state
