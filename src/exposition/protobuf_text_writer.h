// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/exposition/page_writer.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

enum class ProtobufTextLayout : std::uint8_t {
  Indented,  // a line for each field, an empty one after each family
  OneLine,   // a line for each family
};

// Writes the messages of ProtobufWriter in protobuf's text form, for eyes and debugging. The
// reference sprinkles it with spaces at random, so that it cannot be compared byte for byte; here
// there are none too many. One thread.
class ProtobufTextWriter final : public metrics::ReadingVisitor {
 public:
  // Appends to `out`, which must outlive the writer; the caller may empty it between two calls.
  ProtobufTextWriter(std::string& out, ProtobufTextLayout layout) : out_(out), layout_(layout) {}

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_family_end() override;

 private:
  // The value of a field comes next.
  void begin_field(std::string_view name);
  void open(std::string_view name);
  void close();
  void number(std::string_view name, double value);
  void number(std::string_view name, std::uint64_t value);
  void number(std::string_view name, std::int64_t value);
  void text(std::string_view name, std::string_view value);

  void write_labels(std::string_view body);
  void write_created(base::UnixTime created);
  void write_summary(const metrics::SeriesReading& series);
  void write_histogram(const metrics::SeriesReading& series);
  void write_native(const metrics::NativeReading& native);
  void write_sign(const metrics::SpannedBuckets& buckets, std::string_view span_name,
                  std::string_view delta_name);

  std::string& out_;
  const ProtobufTextLayout layout_;
  metrics::Type type_ = metrics::Type::Counter;
  bool is_untyped_ = false;
  // Messages that are open.
  std::size_t depth_ = 0;
  // The message that was opened last is still empty.
  bool is_empty_ = true;
};

}  // namespace weir::exposition
