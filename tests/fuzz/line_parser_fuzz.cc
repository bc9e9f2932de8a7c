// SPDX-License-Identifier: Apache-2.0
// Any bytes as one datagram: the parser and both tag parsers keep what they promise.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "weir/statsd/line_parser.h"
#include "weir/statsd/line_splitter.h"
#include "weir/statsd/tag_parser.h"

namespace {

using weir::sample::Sample;
using weir::statsd::Dialects;
using weir::statsd::Message;
using weir::statsd::Rejection;

constexpr weir::statsd::ParserLimits kLimits = {.sampling_weight_max = 1'000};

bool is_within(std::string_view part, std::string_view whole) {
  const std::less_equal<> not_after;
  return not_after(whole.data(), part.data()) &&
         not_after(part.data() + part.size(), whole.data() + whole.size());
}

class Checker : public weir::statsd::LineVisitor {
 public:
  Checker(std::string_view line, std::string_view name, const Dialects& dialects)
      : line_(line), name_(name), dialects_(dialects) {}

  void on_attempt() override {
    assert(!is_over_);
    ++attempts_;
    is_open_ = true;
  }
  void on_sample(const Sample& sample) override {
    assert(sample.weight >= 1 && sample.weight <= kLimits.sampling_weight_max);
    assert(event_kind(sample.kind) == weir::sample::EventKind::Observer || sample.weight == 1);
    const bool is_set = sample.kind == weir::sample::SampleKind::Set;
    assert(is_set ? !sample.member.empty() && is_within(sample.member, line_)
                  : sample.member.empty());
    close(sample);
  }
  void on_unknown_type(const Sample& sample, std::string_view type) override {
    assert(is_within(type, line_));
    close(sample);
  }
  void on_rejection(Rejection rejection, std::string_view part) override {
    assert(part.empty() || is_within(part, line_));
    switch (rejection) {
      case Rejection::MalformedLine:
      case Rejection::MixedTaggingStyles:
      case Rejection::NotEnoughParts:
      case Rejection::InvalidExtendedAggregateType:
        assert(attempts_ == 0 && !is_over_);
        is_over_ = true;
        break;
      case Rejection::MalformedComponent:
      case Rejection::MalformedValue:
        assert(is_open_);
        is_open_ = false;
        break;
      case Rejection::InvalidSampleFactor:
      case Rejection::MalformedContainerId: assert(is_open_); break;
      // The pipeline's.
      case Rejection::InvalidTimestamp:
      case Rejection::IllegalEvent: assert(false); break;
    }
  }
  void on_weight_capped() override { assert(is_open_); }
  void on_message(Message) override {
    assert(attempts_ == 0 && !is_over_);
    is_over_ = true;
  }

  // Every line that is not empty has an outcome, and every attempt one of its own.
  void finish() const {
    assert(!is_open_);
    assert(line_.empty() ? attempts_ == 0 && !is_over_ : attempts_ > 0 || is_over_);
  }

 private:
  void close(const Sample& sample) {
    assert(is_open_);
    is_open_ = false;
    assert(!sample.name.empty() && line_.starts_with(sample.name));
    assert(sample.name == name_);
    check_tags(sample);
  }

  void check_tags(const Sample& sample) const {
    const auto check = [&](std::string_view key, std::string_view value) {
      assert(!key.empty() && !value.empty());
      assert(key == "container_id" || is_within(key, line_));
      assert(is_within(value, line_));
    };
    std::uint32_t errors = 0;
    std::size_t tags = 0;
    const auto bare = parse_name_tags(
        sample.name, dialects_,
        [&](std::string_view key, std::string_view value) {
          ++tags;
          check(key, value);
        },
        errors);
    assert(bare.head.size() + bare.tail.size() <= sample.name.size());
    // The quick look may be wrong in one direction only.
    assert(may_have_name_tags(sample.name, dialects_) ||
           (errors == 0 && tags == 0 && bare.head == sample.name && bare.tail.empty()));
    parse_field_tags(sample.fields, dialects_, check, errors);
    assert(errors <= line_.size());
  }

  std::string_view line_;
  std::string_view name_;
  const Dialects& dialects_;
  std::size_t attempts_ = 0;
  bool is_open_ = false;
  bool is_over_ = false;
};

void check_datagram(std::string_view datagram, const Dialects& dialects, bool reads_sets) {
  weir::statsd::LineParser parser(dialects, kLimits);
  parser.read_timestamps(true);
  parser.read_sets(reads_sets);
  weir::statsd::for_each_line(datagram, [&](std::string_view line) {
    Checker checker(line, parser.name_of(line), dialects);
    parser.parse(line, checker);
    checker.finish();
  });
}

void check_tag_sets(std::string_view datagram, unsigned others) {
  constexpr unsigned kTagSets = 32;
  for (unsigned set = 0; set < kTagSets; ++set) {
    check_datagram(datagram,
                   {.dogstatsd = (set & 1) == 0,
                    .influxdb = (set & 2) == 0,
                    .librato = (set & 4) == 0,
                    .signalfx = (set & 8) == 0,
                    .graphite = (set & 16) != 0,
                    .colons_in_names = (others & 1) != 0,
                    .meters = (others & 2) != 0,
                    .spaces = (others & 4) != 0},
                   others != 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view datagram(reinterpret_cast<const char*>(data), size);
  // What is no tag syntax: none of it, and some that the size chooses.
  constexpr unsigned kOtherSets = 8;
  check_tag_sets(datagram, 0);
  check_tag_sets(datagram, 1 + static_cast<unsigned>(size % (kOtherSets - 1)));
  return 0;
}
