// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/protobuf_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "passthrough/scanner.h"
#include "weir/base/number.h"
#include "weir/base/utf8.h"
#include "weir/exposition/protobuf_fields.h"

namespace weir::passthrough {

namespace {

using exposition::BucketField;
using exposition::FamilyField;
using exposition::GaugeField;
using exposition::HistogramField;
using exposition::LabelField;
using exposition::MetricField;
using exposition::QuantileField;
using exposition::SummaryField;

struct TypeField {
  FamilyType type;
  MetricField field;
  std::string_view word;
};
// By their numbers in the enumeration MetricType.
constexpr std::array<TypeField, 5> kTypes{
    {{FamilyType::Counter, MetricField::Counter, "COUNTER"},
     {FamilyType::Gauge, MetricField::Gauge, "GAUGE"},
     {FamilyType::Summary, MetricField::Summary, "SUMMARY"},
     {FamilyType::Untyped, MetricField::Untyped, "UNTYPED"},
     {FamilyType::Histogram, MetricField::Histogram, "HISTOGRAM"}}};

struct Refusal {
  std::string what;
};

using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kVarint = pbf_wire_type::varint;
constexpr auto kDouble = pbf_wire_type::fixed64;
constexpr auto kBytes = pbf_wire_type::length_delimited;

template <class Field>
constexpr protozero::pbf_tag_type number_of(Field field) {
  return static_cast<protozero::pbf_tag_type>(field);
}

// What is read of the two alike, by the numbers of a summary.
static_assert(number_of(HistogramField::Count) == number_of(SummaryField::Count));
static_assert(number_of(HistogramField::Sum) == number_of(SummaryField::Sum));
static_assert(number_of(HistogramField::Bucket) == number_of(SummaryField::Quantile));

// A field with a wire type that is not its own is passed over as an unknown one, as Go's library
// does; protozero takes the process down where such a one is read. Throws Refusal, and what
// protozero throws.
class FamilyReader {
 public:
  FamilyReader(const ParseLimits& limits, std::size_t& samples)
      : limits_(limits), samples_(samples) {}

  Family read(std::string_view message);

 private:
  void read_metric(std::string_view message);
  void read_label(protozero::pbf_reader pair);
  void read_value(std::string_view message);
  void read_observed(std::string_view message);
  void read_points(std::string_view message);
  Sample& add(std::string_view suffix, double value);
  void add_point(double at, double value);

  const ParseLimits& limits_;
  std::size_t& samples_;
  Family family_;
  const TypeField* type_ = nullptr;
  std::vector<Label> labels_;
  std::optional<std::int64_t> timestamp_ms_;
};

std::string_view view_of(const protozero::data_view& view) { return {view.data(), view.size()}; }

bool is_name(std::string_view name, bool is_label) {
  Scanner scanner(name);
  const auto taken = is_label ? scanner.take_label_name() : scanner.take_metric_name();
  return !taken.empty() && scanner.is_at_end();
}

Family FamilyReader::read(std::string_view message) {
  std::uint64_t type = 0;
  std::vector<std::string_view> metrics;
  protozero::pbf_reader reader(message.data(), message.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(FamilyField::Name, kBytes): family_.name = reader.get_string(); break;
      case tag_and_type(FamilyField::Help, kBytes): family_.help = reader.get_string(); break;
      case tag_and_type(FamilyField::Type, kVarint):
        type = static_cast<std::uint64_t>(reader.get_enum());
        break;
      case tag_and_type(FamilyField::Metric, kBytes):
        metrics.push_back(view_of(reader.get_view()));
        break;
      default: reader.skip();
    }
  }
  if (!is_name(family_.name, false)) throw Refusal{"invalid metric name " + quoted(family_.name)};
  if (type >= kTypes.size()) throw Refusal{"unknown type of metric " + quoted(family_.name)};
  type_ = &kTypes.at(type);
  family_.type = type_->type;
  for (const auto metric : metrics) read_metric(metric);
  return std::move(family_);
}

void FamilyReader::read_metric(std::string_view message) {
  labels_.clear();
  timestamp_ms_.reset();
  std::optional<std::string_view> value;
  protozero::pbf_reader reader(message.data(), message.size());
  while (reader.next()) {
    const std::uint32_t seen = reader.tag_and_type();
    if (seen == tag_and_type(MetricField::Label, kBytes)) {
      read_label(reader.get_message());
    } else if (seen == tag_and_type(MetricField::TimestampMs, kVarint)) {
      timestamp_ms_ = reader.get_int64();
    } else if (seen == tag_and_type(type_->field, kBytes)) {
      value = view_of(reader.get_view());
    } else {
      reader.skip();
    }
  }
  if (!value) {
    throw Refusal{
        fmt::format("collected metric {} is not a {}", quoted(family_.name), type_->word)};
  }
  const bool is_observed =
      type_->type == FamilyType::Summary || type_->type == FamilyType::Histogram;
  is_observed ? read_observed(*value) : read_value(*value);
}

void FamilyReader::read_label(protozero::pbf_reader pair) {
  Label label;
  while (pair.next()) {
    switch (pair.tag_and_type()) {
      case tag_and_type(LabelField::Name, kBytes): label.name = pair.get_string(); break;
      case tag_and_type(LabelField::Value, kBytes): label.value = pair.get_string(); break;
      default: pair.skip();
    }
  }
  if (!is_name(label.name, true) || label.name == "__name__") {
    throw Refusal{"invalid label name " + quoted(label.name)};
  }
  if (!base::is_utf8(label.value)) throw Refusal{"invalid label value " + quoted(label.value)};
  const bool is_number_label = (type_->type == FamilyType::Summary && label.name == "quantile") ||
                               (type_->type == FamilyType::Histogram && label.name == "le");
  if (is_number_label) {
    throw Refusal{fmt::format("collected metric {} must not have an explicit {} label",
                              quoted(family_.name), quoted(label.name))};
  }
  if (std::ranges::find(labels_, label.name, &Label::name) != labels_.end()) {
    throw Refusal{"duplicate label names for metric " + quoted(family_.name)};
  }
  // `le` or `quantile` comes in addition.
  if (labels_.size() == limits_.labels_max) {
    throw Refusal{fmt::format("more than {} labels", limits_.labels_max)};
  }
  labels_.push_back(std::move(label));
}

Sample& FamilyReader::add(std::string_view suffix, double value) {
  if (++samples_ > limits_.samples_max) {
    throw Refusal{fmt::format("more than {} samples", limits_.samples_max)};
  }
  return family_.samples.emplace_back(
      Sample{family_.name + std::string(suffix), labels_, value, timestamp_ms_});
}

void FamilyReader::read_value(std::string_view message) {
  double value = 0;
  protozero::pbf_reader reader(message.data(), message.size());
  // Counters, gauges and untyped ones alike.
  while (reader.next(number_of(GaugeField::Value), kDouble)) value = reader.get_double();
  add("", value);
}

void FamilyReader::read_observed(std::string_view message) {
  std::uint64_t count = 0;
  double sum = 0;
  protozero::pbf_reader reader(message.data(), message.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(SummaryField::Count, kVarint): count = reader.get_uint64(); break;
      case tag_and_type(SummaryField::Sum, kDouble): sum = reader.get_double(); break;
      default: reader.skip();
    }
  }
  read_points(message);
  add("_sum", sum);
  add("_count", static_cast<double>(count));
}

// A quantile is its number and its value; a bucket is its cumulative count and its bound.
void FamilyReader::read_points(std::string_view message) {
  const bool is_histogram = type_->type == FamilyType::Histogram;
  protozero::pbf_reader reader(message.data(), message.size());
  while (reader.next(number_of(SummaryField::Quantile), kBytes)) {
    double number = 0;
    double value = 0;
    protozero::pbf_reader point = reader.get_message();
    while (point.next()) {
      const std::uint32_t seen = point.tag_and_type();
      if (is_histogram && seen == tag_and_type(BucketField::CumulativeCount, kVarint)) {
        value = static_cast<double>(point.get_uint64());
      } else if (!is_histogram && seen == tag_and_type(QuantileField::Quantile, kDouble)) {
        number = point.get_double();
      } else if (seen == tag_and_type(is_histogram ? number_of(BucketField::UpperBound)
                                                   : number_of(QuantileField::Value),
                                      kDouble)) {
        (is_histogram ? number : value) = point.get_double();
      } else {
        point.skip();
      }
    }
    add_point(number, value);
  }
}

void FamilyReader::add_point(double at, double value) {
  const bool is_histogram = type_->type == FamilyType::Histogram;
  Label label{is_histogram ? "le" : "quantile", ""};
  base::append_number(label.value, at);
  add(is_histogram ? "_bucket" : "", value).labels.push_back(std::move(label));
}

// Throws as FamilyReader does.
std::vector<Family> read_families(std::string_view page, const ParseLimits& limits) {
  std::vector<Family> families;
  std::unordered_map<std::string, std::size_t> places;
  std::size_t samples = 0;
  const char* at = page.data();
  const char* const end = at + page.size();
  while (at != end) {
    const auto size = protozero::decode_varint(&at, end);
    if (size > static_cast<std::uint64_t>(end - at)) throw Refusal{"unexpected EOF"};
    Family family = FamilyReader(limits, samples).read({at, static_cast<std::size_t>(size)});
    at += size;
    const auto [place, is_new] = places.try_emplace(family.name, families.size());
    if (is_new) {
      families.push_back(std::move(family));
    } else {
      families[place->second] = std::move(family);
    }
  }
  std::erase_if(families, [](const Family& family) { return family.samples.empty(); });
  return families;
}

ParseError error_of(std::string what) { return ParseError{.what = std::move(what)}; }

}  // namespace

base::Result<std::vector<Family>, ParseError> parse_protobuf(std::string_view page,
                                                             const ParseLimits& limits) {
  if (page.size() > limits.bytes_max) {
    return error_of(fmt::format("more than {} bytes", limits.bytes_max));
  }
  try {
    return read_families(page, limits);
  } catch (const Refusal& refusal) {
    return error_of(refusal.what);
  } catch (const protozero::end_of_buffer_exception&) {
    return error_of("unexpected EOF");
  } catch (const protozero::exception&) {
    return error_of("the body is no protobuf message");
  }
}

}  // namespace weir::passthrough
