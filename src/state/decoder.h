// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "state/bytes.h"
#include "state/format.h"
#include "weir/metrics/series_state.h"

namespace weir::state {

// Reads the records of a state file, which may be any bytes, and visits those states that a store
// can be in: the visitor may put them into one without a look at them. One thread.
class Decoder {
 public:
  // `visitor` outlives the decoder.
  explicit Decoder(metrics::StateVisitor& visitor) : visitor_(visitor) {}

  // The records of one block. False when they are not good; the decoder is of no more use then.
  [[nodiscard]] bool read_block(std::string_view records);

  // Series records so far.
  [[nodiscard]] std::uint64_t series() const { return series_; }

 private:
  // The label names of the family under way.
  struct LabelNames {
    std::string names;
    metrics::Definition definition;
  };

  [[nodiscard]] bool read_record(std::string_view record);
  [[nodiscard]] bool read_family(ByteReader& in);
  [[nodiscard]] bool read_pushed(ByteReader& in);
  [[nodiscard]] bool read_label_names(ByteReader& in);
  [[nodiscard]] bool read_series(Record kind, ByteReader& in);

  metrics::StateVisitor& visitor_;
  bool has_family_ = false;
  metrics::Type type_ = metrics::Type::Counter;
  metrics::GaugeKind gauge_ = metrics::GaugeKind::Level;
  // Definitions do not move.
  std::deque<LabelNames> label_names_;
  std::uint64_t series_ = 0;
};

}  // namespace weir::state
