// SPDX-License-Identifier: Apache-2.0
#include "app/insight/sampler.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

constexpr std::chrono::milliseconds kPerToken{1};
static_assert(kPerToken * Sampler::kPerSecond == std::chrono::seconds(1));

// Those that hold anything.
template <class Take>
void visit_lines(std::string_view datagram, const Take& take) {
  statsd::for_each_line(datagram, [&take](std::string_view line) {
    if (!line.empty()) take(line);
  });
}

std::size_t count_lines(std::string_view datagram) {
  std::size_t count = 0;
  visit_lines(datagram, [&count](std::string_view) { ++count; });
  return count;
}

std::string_view line_at(std::string_view datagram, std::size_t place) {
  std::string_view found;
  visit_lines(datagram, [&](std::string_view line) {
    if (place-- == 0) found = line;
  });
  return found;
}

}  // namespace

// xorshift64: nothing but the choice of lines depends on it.
std::uint64_t Sampler::random() {
  random_ ^= random_ << 13U;
  random_ ^= random_ >> 7U;
  random_ ^= random_ << 17U;
  return random_;
}

std::uint64_t Sampler::random_below(std::uint64_t end) { return random() % end; }

void Sampler::refill(base::TimePoint now) {
  const auto earned = (now - refilled_) / kPerToken;
  if (earned <= 0) return;
  const auto most = static_cast<std::int64_t>(kBurst);
  tokens_ = static_cast<std::size_t>(
      std::min(most, static_cast<std::int64_t>(tokens_) + std::min<std::int64_t>(earned, most)));
  refilled_ += earned * kPerToken;
}

// How much comes while a token does, a little more so that the tokens grow again: from the last
// while, so that it does not depend on the batch in hand.
void Sampler::measure(base::TimePoint now) {
  const std::chrono::duration<double, std::milli> passed = now - measured_at_;
  if (passed < kPatience) return;
  constexpr double kSparing = 1.25;
  const auto came = static_cast<double>(units_ - measured_units_);
  units_per_look_ = std::max(kSparing * came / passed.count(), 1.0);
  measured_at_ = now;
  measured_units_ = units_;
  names_left_ = kNamesPerMeasure;
}

void Sampler::on_unmapped(std::string_view line) {
  if (names_left_ == 0 || line.size() > kLineBytesMax) return;
  // What finds no room is still among the lines that are picked, if it comes often.
  if (ring_.push({line, {}, {}, 0, protocol_})) --names_left_;
}

// Every batch from full tokens until half of them are used. Then any unit up to twice as far as
// there is a token for, so that no rhythm of the senders is met.
void Sampler::choose_next(base::TimePoint now) {
  if (tokens_ == kBurst) takes_each_batch_ = true;
  if (tokens_ <= kBurst / 2) takes_each_batch_ = false;
  next_unit_ = units_ + 1;
  if (!takes_each_batch_) {
    next_unit_ += random_below(static_cast<std::uint64_t>(2 * units_per_look_ - 1));
  }
  deadline_ = now + kPatience;
}

// A look is for as much as comes between two of them on average; a large batch may have taken the
// place of several.
double Sampler::units_to_cover() const {
  if (takes_each_batch_) return static_cast<double>(batch_units_);
  if (units_ < next_unit_) return static_cast<double>(units_ - last_look_);
  return units_per_look_ *
         (1 + std::floor(static_cast<double>(units_ - next_unit_) / units_per_look_));
}

bool Sampler::open_batch(base::TimePoint now) {
  refill(now);
  covers_itself_ = takes_each_batch_ && owed_units_ == 0;
  covered_units_ = units_to_cover() + owed_units_;
  const bool is_wanted = tokens_ > 0;
  owed_units_ = is_wanted ? 0 : covered_units_;
  last_look_ = units_;
  measure(now);
  // There is suddenly more than was measured.
  if (!is_wanted) units_per_look_ *= 2;
  choose_next(now);
  return is_wanted;
}

bool Sampler::may_take_all(std::span<const std::string_view> pieces) const {
  if (!covers_itself_) return false;
  std::size_t bytes = 0;
  for (const auto piece : pieces) bytes += piece.size();
  if (bytes > kWholeBatchBytes) return false;
  // The line that a piece ends may have begun before it.
  std::size_t lines = pieces.size();
  for (const auto piece : pieces) {
    lines += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
  }
  return lines <= tokens_;
}

// Right on average, as a whole number.
std::uint64_t Sampler::weight_of(std::uint64_t lines, std::uint64_t units) {
  constexpr std::uint64_t kSteps = 1U << 16U;
  const double exact = covered_units_ * static_cast<double>(lines) / static_cast<double>(units);
  const auto chance = static_cast<double>(random_below(kSteps)) / static_cast<double>(kSteps);
  return static_cast<std::uint64_t>(exact + chance);
}

void Sampler::push(insight::SampledLine sampled) {
  if (sampled.weight == 0) return;
  if (tokens_ > 0) --tokens_;
  sampled.protocol = protocol_;
  if (sampled.line.size() > kLineBytesMax) sampled.line = {};
  if (!ring_.push(sampled)) skipped_.add(sampled.weight);
}

void Sampler::take_datagrams(std::span<const std::string_view> datagrams,
                             const net::Senders& senders, std::string_view transport,
                             std::string_view listener) {
  if (datagrams.empty()) return;
  const auto sender_of = [&](std::size_t datagram) {
    return listener.empty() ? senders.address_of(datagram) : std::string(listener);
  };
  if (may_take_all(datagrams)) {
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      const std::string sender = sender_of(i);
      visit_lines(datagrams[i], [&](std::string_view line) { push({line, transport, sender, 1}); });
    }
    return;
  }
  std::uint64_t unit = random_below(batch_units_);
  std::size_t chosen = 0;
  for (; unit >= units_of(datagrams[chosen]); ++chosen) unit -= units_of(datagrams[chosen]);
  const std::string_view datagram = datagrams[chosen];
  const std::size_t lines = count_lines(datagram);
  if (lines == 0) return;
  push({line_at(datagram, random_below(lines)), transport, sender_of(chosen),
        weight_of(lines, units_of(datagram))});
}

void Sampler::begin_lines(std::string_view bytes, const LineOrigin& origin) {
  origin_ = origin;
  takes_all_ = may_take_all({&bytes, 1});
  lines_seen_ = 0;
  next_line_ = 1;
}

// The nth line takes the place of the one that is held by a chance of 1 in n; which one is the next
// to do so is known before.
void Sampler::take_line(std::string_view line) {
  if (line.empty()) return;
  if (takes_all_) return push({line, origin_.transport, origin_.sender, 1});
  if (++lines_seen_ < next_line_) return;
  line_size_ = line.size() > kLineBytesMax ? 0 : line.size();
  std::copy_n(line.data(), line_size_, line_.data());
  constexpr double kUnit = 0x1p-53;
  constexpr unsigned kUnused = 11;
  const double chance = static_cast<double>((random() >> kUnused) + 1) * kUnit;
  next_line_ = static_cast<std::uint64_t>(static_cast<double>(lines_seen_) / chance) + 1;
}

void Sampler::end_lines() {
  if (takes_all_ || lines_seen_ == 0) return;
  push({{line_.data(), line_size_},
        origin_.transport,
        origin_.sender,
        weight_of(lines_seen_, batch_units_)});
}

}  // namespace weir::app
