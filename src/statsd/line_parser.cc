// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/line_parser.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include "statsd/message.h"
#include "statsd/tag_scan.h"
#include "weir/base/ascii.h"
#include "weir/base/number.h"
#include "weir/base/utf8.h"

namespace weir::statsd {
namespace {

constexpr auto kNowhere = std::string_view::npos;

// Faults of fields that are reported for one sample. The fields of a packed line are read once but
// reported for every value, as the reference does, so the bound keeps the time linear. The
// reference takes four fields.
constexpr std::size_t kFaultsMax = 8;

// A field that was not taken. Two words, unset until they are used: samples have room for some.
struct Fault {
  const char* field;
  std::uint32_t size;
  Rejection rejection;
};

// What a sample says after its value.
struct Suffix {
  // The sample as far as it is known; counters are already divided by their sampling factors.
  sample::Sample sample;
  std::string_view type;
  bool is_known_type = false;
  // An empty field, or too many of them: the sample is lost and its other faults are not reported.
  bool is_malformed = false;
  bool is_weight_capped = false;
  std::uint8_t fault_count = 0;
  std::array<Fault, kFaultsMax> faults;

  void add_fault(Rejection rejection, std::string_view field) {
    if (fault_count == kFaultsMax) return;
    faults[fault_count++] = {field.data(), static_cast<std::uint32_t>(field.size()), rejection};
  }
};

// As `text.find(c)`, for places that are mostly near: within a few bytes a call costs more than a
// loop.
std::size_t find_near(std::string_view text, char c) {
  constexpr std::size_t kNear = 8;
  const std::size_t near_end = std::min(text.size(), kNear);
  for (std::size_t at = 0; at < near_end; ++at) {
    if (text[at] == c) return at;
  }
  return near_end == text.size() ? kNowhere : text.find(c, near_end);
}

std::optional<sample::SampleKind> kind_of(std::string_view type) {
  if (type.size() == 1) {
    switch (type.front()) {
      case 'c': return sample::SampleKind::Counter;
      case 'g': return sample::SampleKind::Gauge;
      case 'h': return sample::SampleKind::Histogram;
      case 'd': return sample::SampleKind::Distribution;
      default: return std::nullopt;
    }
  }
  return type == "ms" ? std::optional(sample::SampleKind::Timer) : std::nullopt;
}

bool is_observer(sample::SampleKind kind) {
  return sample::event_kind(kind) == sample::EventKind::Observer;
}

bool begins_with_sign(std::string_view value) {
  return value.starts_with('+') || value.starts_with('-');
}

void skip_spaces(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

// Where the colon after the name of `line` is.
std::size_t find_name_end(std::string_view line, const Dialects& dialects) {
  if (dialects.colons_in_names) {
    const auto bar = line.find('|');
    const auto colon = bar == kNowhere ? kNowhere : line.rfind(':', bar);
    if (colon != kNowhere) return colon;
  }
  return line.find(':');
}

bool has_good_name_tags(std::string_view name, const Dialects& dialects) {
  if (!may_have_name_tags(name, dialects)) return false;
  bool found = false;
  const TaggedName split = split_name(name, dialects);
  scan_tags(split.tags, split.grammar, [&](std::string_view, std::string_view) { found = true; });
  return found;
}

// One line under way.
class LineReader {
 public:
  LineReader(const Dialects& dialects, const ParserLimits& limits, Wanted wanted,
             LineVisitor& visitor)
      : dialects_(dialects), limits_(limits), wanted_(wanted), visitor_(visitor) {}

  void read(std::string_view line) {
    const auto colon = find_name_end(line, dialects_);
    if (colon == kNowhere || colon == 0 || !base::is_utf8(line)) {
      return visitor_.on_rejection(Rejection::MalformedLine, {});
    }
    name_ = line.substr(0, colon);
    read_rest(line.substr(colon + 1));
  }

 private:
  // `text` without the spaces that mean nothing.
  std::string_view without_spaces_before(std::string_view text) const {
    if (dialects_.spaces) skip_spaces(text);
    return text;
  }
  std::string_view without_spaces(std::string_view text) const {
    if (!dialects_.spaces) return text;
    skip_spaces(text);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  }

  // True when one of the components of `suffix`, which is the line after its first `|`, begins with
  // `#`. The first component counts: the section may even be where the type should.
  bool has_tag_section(std::string_view suffix) const {
    while (!without_spaces_before(suffix).starts_with('#')) {
      const auto bar = find_near(suffix, '|');
      if (bar == kNowhere) return false;
      suffix.remove_prefix(bar + 1);
    }
    return true;
  }

  // True when `suffix`, which has no tag section and its first colon at `colon`, nevertheless
  // belongs to one sample: the component with that colon is a DogStatsD field that must have one
  // (difference Q16). The type never is such a field: `foo:1|c:2|g` are two samples.
  bool is_colon_field(std::string_view suffix, std::size_t colon) const {
    const auto bar = suffix.rfind('|', colon);
    if (bar == kNowhere) return false;
    const auto component = without_spaces_before(suffix.substr(bar + 1));
    return component.starts_with("c:") || component.starts_with("e:") ||
           component.starts_with("card:");
  }

  // The kind of the type at the begin of `suffix`, up to the bar at `end`.
  std::optional<sample::SampleKind> kind_in(std::string_view suffix, std::size_t end) const {
    const auto type = without_spaces(suffix.substr(0, end));
    if (dialects_.meters && type == "m") return sample::SampleKind::Counter;
    if (wanted_.sets && type == "s") return sample::SampleKind::Set;
    return kind_of(type);
  }

  void read_rest(std::string_view rest) {
    const auto bar = find_near(rest, '|');
    if (bar == kNowhere) return visitor_.on_rejection(Rejection::NotEnoughParts, {});
    const auto values = rest.substr(0, bar);
    const auto suffix = rest.substr(bar + 1);
    const bool has_tags = has_tag_section(suffix);
    if (has_tags && has_good_name_tags(name_, dialects_)) {
      return visitor_.on_rejection(Rejection::MixedTaggingStyles, {});
    }
    if (find_near(values, ':') != kNowhere) return read_packed(values, suffix);
    if (has_tags) return read_sample(values, suffix);
    const auto colon = find_near(suffix, ':');
    if (colon == kNowhere || is_colon_field(suffix, colon)) return read_sample(values, suffix);
    read_classic(rest);
  }

  // Several samples, each with its own type and fields.
  void read_classic(std::string_view rest) {
    while (true) {
      const auto end = rest.find(':');
      const auto text = rest.substr(0, end);
      const auto bar = find_near(text, '|');
      if (bar == kNowhere) {
        visitor_.on_attempt();
        visitor_.on_rejection(Rejection::MalformedComponent, text);
      } else {
        read_sample(text.substr(0, bar), text.substr(bar + 1));
      }
      if (end == kNowhere) return;
      rest.remove_prefix(end + 1);
    }
  }

  // Several values that share one suffix (DogStatsD 1.1).
  void read_packed(std::string_view values, std::string_view suffix_text) {
    const auto bar = suffix_text.find('|');
    const auto kind = kind_in(suffix_text, bar);
    // What a set counts may hold colons: DogStatsD packs values of every type but this.
    if (kind == sample::SampleKind::Set) return read_sample(values, suffix_text);
    if (!kind || !is_observer(*kind)) {
      return visitor_.on_rejection(Rejection::InvalidExtendedAggregateType,
                                   suffix_text.substr(0, bar));
    }
    Suffix suffix;
    read_suffix(suffix_text, suffix);
    while (true) {
      const auto end = values.find(':');
      read_packed_value(values.substr(0, end), suffix);
      if (end == kNowhere) return;
      values.remove_prefix(end + 1);
    }
  }

  void read_packed_value(std::string_view text, Suffix& suffix) {
    visitor_.on_attempt();
    if (read_value(text, suffix.sample)) report(suffix);
  }

  void read_sample(std::string_view value, std::string_view suffix_text) {
    visitor_.on_attempt();
    Suffix suffix;
    if (!read_any_value(value, suffix_text, suffix.sample)) return;
    read_suffix(suffix_text, suffix);
    report(suffix);
  }

  bool read_any_value(std::string_view text, std::string_view suffix, sample::Sample& sample) {
    const bool is_set =
        wanted_.sets && kind_in(suffix, find_near(suffix, '|')) == sample::SampleKind::Set;
    return is_set ? read_member(text, sample) : read_value(text, sample);
  }

  bool read_member(std::string_view text, sample::Sample& sample) {
    sample.member = without_spaces(text);
    if (sample.member.empty()) visitor_.on_rejection(Rejection::MalformedValue, sample.member);
    return !sample.member.empty();
  }

  bool read_value(std::string_view text, sample::Sample& sample) {
    text = without_spaces(text);
    const base::Number number = base::parse_number(text);
    if (number.fault != base::NumberFault::None) {
      visitor_.on_rejection(Rejection::MalformedValue, text);
      return false;
    }
    sample.value = number.value;
    sample.unsampled = number.value;
    sample.is_relative = begins_with_sign(text);
    return true;
  }

  void read_suffix(std::string_view text, Suffix& suffix) const {
    suffix.sample.name = name_;
    const auto bar = find_near(text, '|');
    suffix.type = text.substr(0, bar);
    const auto kind = kind_in(text, bar);
    suffix.is_known_type = kind.has_value();
    if (kind) suffix.sample.kind = *kind;
    if (bar == kNowhere) return;
    auto fields = text.substr(bar + 1);
    while (true) {
      const auto end = fields.find('|');
      read_field(fields.substr(0, end), suffix);
      if (end == kNowhere) return;
      fields.remove_prefix(end + 1);
    }
  }

  void read_field(std::string_view field, Suffix& suffix) const {
    field = without_spaces_before(field);
    if (field.empty()) {
      suffix.is_malformed = true;
      return;
    }
    switch (field.front()) {
      case '@': return read_factor(field, suffix);
      case '#':
        // A section that is not read is no part of the identity either.
        if (dialects_.dogstatsd) add_identity(field, suffix);
        return;
      case 'c': return read_c_field(field, suffix);
      case 'T':
        if (wanted_.timestamps) read_timestamp(field, suffix);
        return;
      default:
        if (!field.starts_with("e:")) suffix.add_fault(Rejection::InvalidSampleFactor, field);
    }
  }

  static void add_identity(std::string_view field, Suffix& suffix) {
    if (!suffix.sample.fields.add(field)) suffix.is_malformed = true;
  }

  static void read_c_field(std::string_view field, Suffix& suffix) {
    constexpr std::string_view kContainerMarker = "c:";
    if (field.starts_with(kContainerMarker) && field.size() > kContainerMarker.size()) {
      add_identity(field, suffix);
    } else if (!field.starts_with("card:")) {
      suffix.add_fault(Rejection::MalformedContainerId, field);
    }
  }

  void read_timestamp(std::string_view field, Suffix& suffix) const {
    const std::string_view text = without_spaces(field.substr(1));
    std::uint32_t seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_time = fault == std::errc() && end == text.data() + text.size() && seconds != 0;
    suffix.sample.timestamp = is_time ? seconds : sample::Sample::kNoTime;
  }

  // A factor that is no number acts as 1, and so does 0 (behaviour line.sampling-factor).
  void read_factor(std::string_view field, Suffix& suffix) const {
    const base::Number factor = base::parse_number(without_spaces(field.substr(1)));
    bool is_good = factor.fault == base::NumberFault::None;
    if (suffix.is_known_type && is_observer(suffix.sample.kind)) {
      is_good = is_good && factor.value > 0 && factor.value <= 1;
      set_weight(is_good ? 1 / factor.value : 1, suffix);
    } else if (suffix.is_known_type && suffix.sample.kind == sample::SampleKind::Counter) {
      if (factor.value != 0) suffix.sample.value /= factor.value;
    }
    if (!is_good) suffix.add_fault(Rejection::InvalidSampleFactor, field);
  }

  // The weight is the whole part of `weight`.
  void set_weight(double weight, Suffix& suffix) const {
    const double limit = limits_.sampling_weight_max;
    suffix.is_weight_capped = weight >= limit + 1;
    suffix.sample.weight = static_cast<std::uint32_t>(std::min(weight, limit));
  }

  void report(const Suffix& suffix) {
    if (suffix.is_malformed) return visitor_.on_rejection(Rejection::MalformedComponent, {});
    for (std::size_t at = 0; at < suffix.fault_count; ++at) {
      const Fault& fault = suffix.faults[at];
      visitor_.on_rejection(fault.rejection, {fault.field, fault.size});
    }
    if (!suffix.is_known_type) return visitor_.on_unknown_type(suffix.sample, suffix.type);
    if (suffix.is_weight_capped) visitor_.on_weight_capped();
    visitor_.on_sample(suffix.sample);
  }

  const Dialects& dialects_;
  const ParserLimits& limits_;
  const Wanted wanted_;
  LineVisitor& visitor_;
  std::string_view name_;
};

}  // namespace

void LineParser::parse(std::string_view line, LineVisitor& visitor) const {
  assert(limits_.sampling_weight_max >= 1);
  if (line.empty()) return;
  if (const auto message = message_of(line)) return visitor.on_message(*message);
  LineReader(dialects_, limits_, wanted_, visitor).read(line);
}

std::optional<PlainLineFault> LineParser::fault_of(const PlainLine& line) const {
  if (const auto message = message_of(line.text())) return *message;
  if (line.name_size == 0 || !base::is_utf8(line.text())) return Rejection::MalformedLine;
  const bool has_tags = line.tags_size != 0;
  if (has_tags && has_good_name_tags(line.name(), dialects_)) return Rejection::MixedTaggingStyles;
  return std::nullopt;
}

std::string_view LineParser::name_of(std::string_view line) const {
  return line.substr(0, find_name_end(line, dialects_));
}

}  // namespace weir::statsd
