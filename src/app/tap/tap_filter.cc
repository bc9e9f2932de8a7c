// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_filter.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <utility>

#include "weir/base/ascii.h"
#include "weir/statsd/tag_parser.h"

namespace weir::app {

namespace {

constexpr std::string_view kWildcards = "*?";

bool is_path(std::string_view sender) { return sender.starts_with('/') || sender.starts_with('@'); }

// Without the port, if there is one.
std::string host_of(std::string_view sender) {
  if (sender.starts_with('[')) return std::string(sender.substr(1, sender.find(']') - 1));
  const bool is_v6 = std::ranges::count(sender, ':') > 1;
  return std::string(is_v6 ? sender : sender.substr(0, sender.find(':')));
}

std::optional<net::AddressBits> address_of(std::string_view sender) {
  const std::string host = host_of(sender);
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return net::AddressBits::of(v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return net::AddressBits::of(v6);
  return std::nullopt;
}

bool is_same(const net::AddressBits& a, const net::AddressBits& b) {
  return a.is_known && b.is_known && a.is_v4 == b.is_v4 && a.high == b.high && a.low == b.low;
}

// The longest piece without a wildcard.
std::string_view longest_literal(std::string_view glob) {
  std::string_view longest;
  while (true) {
    const std::size_t end = std::min(glob.find_first_of(kWildcards), glob.size());
    if (end > longest.size()) longest = glob.substr(0, end);
    if (end == glob.size()) return longest;
    glob.remove_prefix(end + 1);
  }
}

// The longest run of letters and digits of the pieces of `glob` without a wildcard. Whatever else a
// name has may be an escape where it was sent, or join a measurement and a field.
std::string_view longest_plain(std::string_view glob) {
  // weir writes them in place of what was sent (docs/influx.md, docs/wavefront.md).
  static constexpr std::array<std::string_view, 4> kOwnWords = {"count", "max", "sum", "source"};
  const auto is_own = [](std::string_view run) {
    return std::ranges::any_of(
        kOwnWords, [run](auto word) { return word.find(run) != std::string_view::npos; });
  };
  std::string_view longest;
  while (!glob.empty()) {
    const auto* const end = std::ranges::find_if_not(glob, base::is_alphanumeric);
    const auto size = static_cast<std::size_t>(end - glob.begin());
    const std::string_view run = glob.substr(0, size);
    if (size > longest.size() && !is_own(run)) longest = run;
    glob.remove_prefix(std::min(size + 1, glob.size()));
  }
  return longest;
}

std::string_view longer(std::string_view a, std::string_view b) {
  return a.size() < b.size() ? b : a;
}

// What a line begins with that cannot be read.
std::string_view first_word(sample::Protocol protocol, std::string_view line) {
  return line.substr(0, line.find_first_of(protocol == sample::Protocol::Influx ? ", " : " "));
}

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  // After the last `*`, and what of the text it has not taken yet.
  std::optional<std::pair<std::size_t, std::size_t>> star;
  while (in_text < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = {++at, in_text};
    } else if (at < glob.size() && (glob[at] == '?' || glob[at] == text[in_text])) {
      ++at;
      ++in_text;
    } else if (star) {
      at = star->first;
      in_text = ++star->second;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', at) == std::string_view::npos;
}

TapFilter::TapFilter(Wanted wanted, const statsd::Dialects& dialects)
    : wanted_(std::move(wanted)), dialects_(dialects), parser_(dialects, {}) {
  if (has_sender() && !is_path(wanted_.sender)) address_ = address_of(wanted_.sender);
  const std::string_view tag = wanted_.tag;
  const std::size_t colon = std::min(tag.find(':'), tag.size());
  tag_key_ = tag.substr(0, colon);
  if (colon < tag.size()) tag_value_ = tag.substr(colon + 1);
  needle_ = longest_literal(wanted_.name);
  may_be_cut_ = dialects_.signalfx;
  const std::string_view value = tag_value_ ? longest_literal(*tag_value_) : std::string_view();
  for (const std::string_view other : {std::string_view(tag_key_), value}) {
    if (other.size() <= needle_.size()) continue;
    needle_ = other;
    may_be_cut_ = false;
  }
  foreign_needle_ = longer(longest_plain(wanted_.name),
                           longer(longest_plain(tag_key_), longest_plain(tag_value_.value_or(""))));
}

bool TapFilter::may_take(sample::Protocol protocol, std::string_view bytes) const {
  const std::string& needle = needle_of(protocol);
  if (::memmem(bytes.data(), bytes.size(), needle.data(), needle.size()) != nullptr) return true;
  return protocol == sample::Protocol::Statsd && may_be_cut_ &&
         bytes.find('[') != std::string_view::npos;
}

bool TapFilter::is_sender(std::string_view sender) {
  return is_path(sender) || address_of(sender).has_value();
}

bool TapFilter::may_be_sender(const net::Peer& peer, std::string_view listener) const {
  if (!has_sender()) return true;
  return address_ ? is_same(peer.bits(), *address_) : listener == wanted_.sender;
}

bool TapFilter::takes_sender(std::string_view sender, std::string_view listener) const {
  if (!has_sender()) return true;
  if (!address_) return listener == wanted_.sender;
  if (sender == wanted_.sender) return true;
  const bool has_port = wanted_.sender.find(address_->is_v4 ? ":" : "]:") != std::string::npos;
  const auto address = address_of(sender);
  return !has_port && address && is_same(*address, *address_);
}

bool TapFilter::takes_name(std::string_view name) const {
  return wanted_.name.empty() || matches_glob(wanted_.name, name);
}

bool TapFilter::takes_tag(std::string_view key, std::string_view value) const {
  return key == tag_key_ && (!tag_value_ || matches_glob(*tag_value_, value));
}

bool TapFilter::takes_foreign_line(sample::Protocol protocol, std::string_view line,
                                   insight::ForeignReader& reader) const {
  if (wanted_.name.empty() && tag_key_.empty()) return true;
  bool is_taken = false;
  const bool is_read = reader.read(protocol, line, [&](const sample::Sample& sample) {
    if (is_taken || !takes_name(sample.name)) return;
    is_taken = tag_key_.empty();
    if (is_taken) return;
    reader.read_tags(protocol, sample, [&](std::string_view key, std::string_view value) {
      is_taken |= takes_tag(key, value);
    });
  });
  return is_read ? is_taken : tag_key_.empty() && takes_name(first_word(protocol, line));
}

bool TapFilter::takes_line(std::string_view line) const {
  if (wanted_.name.empty() && tag_key_.empty()) return true;
  const std::string_view name = parser_.name_of(line);
  if (!wanted_.name.empty()) {
    std::uint32_t errors = 0;
    const auto bare = statsd::parse_name_tags(
        name, dialects_, [](std::string_view, std::string_view) {}, errors);
    const bool is_taken =
        bare.tail.empty() ? matches_glob(wanted_.name, bare.head)
                          : matches_glob(wanted_.name, std::string(bare.head).append(bare.tail));
    if (!is_taken) return false;
  }
  return tag_key_.empty() || has_tag(line, name);
}

bool TapFilter::has_tag(std::string_view line, std::string_view name) const {
  bool has_it = false;
  const auto look = [&](std::string_view key, std::string_view value) {
    has_it |= takes_tag(key, value);
  };
  std::uint32_t errors = 0;
  statsd::parse_name_tags(name, dialects_, look, errors);
  if (!dialects_.dogstatsd) return has_it;
  for (std::size_t at = line.find("|#", name.size()); at != std::string_view::npos;
       at = line.find("|#", at + 1)) {
    const std::string_view field = line.substr(at + 2, line.find('|', at + 1) - at - 2);
    std::size_t begin = 0;
    while (begin <= field.size()) {
      const std::size_t end = std::min(field.find(',', begin), field.size());
      const std::string_view tag = field.substr(begin, end - begin);
      const std::size_t colon = std::min(tag.find(':'), tag.size());
      look(tag.substr(0, colon), tag.substr(std::min(colon + 1, tag.size())));
      begin = end + 1;
    }
  }
  return has_it;
}

}  // namespace weir::app
