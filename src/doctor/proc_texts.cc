// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/proc_texts.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>

#include "weir/base/take_until.h"

namespace weir::doctor {

namespace {

using base::take_until;

template <typename Number>
std::optional<Number> parsed(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr std::string_view kBlanks = " \t";

// Takes the next word off `line`, and a blank after it; "" at its end.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const auto word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

// The words of a line that has at least `kCount`.
template <std::size_t kCount>
std::optional<std::array<std::string_view, kCount>> words_of(std::string_view line) {
  std::array<std::string_view, kCount> words;
  for (auto& word : words) {
    word = take_word(line);
    if (word.empty()) return std::nullopt;
  }
  return words;
}

// The kernel writes an address as words of 32 bits, each as a number of the machine.
bool read_address(std::string_view text, InetSocket& socket) {
  constexpr std::size_t kDigits = 8;
  constexpr std::size_t kBytes = 4;
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  socket.is_ipv6 = text.size() == 4 * kDigits;
  if (!socket.is_ipv6 && text.size() != kDigits) return false;
  std::size_t at = 0;
  if (!socket.is_ipv6) {
    std::ranges::copy(kMapped, socket.address.begin());
    at = kMapped.size();
  }
  for (; !text.empty(); text.remove_prefix(kDigits), at += kBytes) {
    const auto word = parsed<std::uint32_t>(text.substr(0, kDigits), 16);
    if (!word) return false;
    std::memcpy(socket.address.data() + at, &*word, kBytes);
  }
  return true;
}

std::optional<InetSocket> parse_inet_socket(std::string_view line) {
  // sl local remote state queues timer retransmits uid timeout inode
  constexpr std::size_t kWords = 10;
  constexpr unsigned kListening = 0x0a;
  std::string_view rest = line;
  for (std::size_t i = 0; i < kWords; ++i) take_word(rest);
  const auto words = words_of<kWords>(line);
  if (!words) return std::nullopt;
  std::string_view place = (*words)[1];
  InetSocket socket;
  if (!read_address(take_until(place, ':'), socket)) return std::nullopt;
  const auto port = parsed<std::uint16_t>(place, 16);
  const auto inode = parsed<std::uint64_t>((*words)[9]);
  if (!port || !inode) return std::nullopt;
  socket.port = *port;
  socket.inode = *inode;
  socket.is_listening = parsed<unsigned>((*words)[3], 16) == kListening;
  std::string_view queues = (*words)[4];
  take_until(queues, ':');
  socket.unread_bytes = parsed<std::uint64_t>(queues, 16).value_or(0);
  socket.user = parsed<std::uint64_t>((*words)[7]).value_or(0);
  // ref, pointer, drops; of TCP there are others, which do not end the line there.
  take_word(rest);
  take_word(rest);
  const auto drops = parsed<std::uint64_t>(take_word(rest));
  const bool is_udp = rest.find_first_not_of(kBlanks) == std::string_view::npos;
  if (drops && is_udp) socket.drops = *drops;
  return socket;
}

std::optional<UnixSocket> parse_unix_socket(std::string_view line) {
  // pointer references protocol flags type state inode path
  constexpr std::size_t kWords = 7;
  constexpr unsigned kListening = 0x10000;
  const auto words = words_of<kWords>(line);
  if (!words) return std::nullopt;
  for (std::size_t i = 0; i < kWords; ++i) take_word(line);
  const auto inode = parsed<std::uint64_t>((*words)[6]);
  if (!inode || line.empty()) return std::nullopt;
  const auto flags = parsed<unsigned>((*words)[3], 16).value_or(0);
  return UnixSocket{.path = std::string(line),
                    .is_stream = parsed<unsigned>((*words)[4], 16) == 1,
                    .is_listening = (flags & kListening) != 0,
                    .inode = *inode};
}

template <typename Row, typename Parse>
std::vector<Row> rows_of(std::string_view text, Parse parse) {
  std::vector<Row> rows;
  while (!text.empty()) {
    if (auto row = parse(take_until(text, '\n'))) rows.push_back(std::move(*row));
  }
  return rows;
}

// Of two lines that begin alike, names and values: the value below `name`.
std::uint64_t value_below(std::string_view names, std::string_view values, std::string_view name) {
  while (!names.empty()) {
    const auto value = take_word(values);
    if (take_word(names) == name) return parsed<std::uint64_t>(value).value_or(0);
  }
  return 0;
}

}  // namespace

bool InetSocket::is_wildcard() const {
  constexpr std::size_t kMappedBytes = 12;
  const auto begin = address.begin() + (is_ipv6 ? 0 : kMappedBytes);
  return std::all_of(begin, address.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::vector<InetSocket> parse_inet_sockets(std::string_view text) {
  return rows_of<InetSocket>(text, parse_inet_socket);
}

std::vector<UnixSocket> parse_unix_sockets(std::string_view text) {
  return rows_of<UnixSocket>(text, parse_unix_socket);
}

std::optional<UdpCounts> parse_udp_counts(std::string_view snmp, std::string_view snmp6) {
  std::string_view names;
  std::string_view values;
  while (!snmp.empty()) {
    const auto line = take_until(snmp, '\n');
    if (!line.starts_with("Udp: ")) continue;
    (names.empty() ? names : values) = line;
  }
  if (values.empty()) return std::nullopt;
  const auto both = [&](std::string_view name, std::string_view name6) {
    return value_below(names, values, name) + keyed_count(snmp6, name6).value_or(0);
  };
  return UdpCounts{.received = both("InDatagrams", "Udp6InDatagrams"),
                   .errors = both("InErrors", "Udp6InErrors"),
                   .full_buffer = both("RcvbufErrors", "Udp6RcvbufErrors"),
                   .no_port = both("NoPorts", "Udp6NoPorts")};
}

std::optional<std::uint64_t> parse_backlog_drops(std::string_view softnet_stat) {
  std::optional<std::uint64_t> sum;
  while (!softnet_stat.empty()) {
    const auto words = words_of<2>(take_until(softnet_stat, '\n'));
    if (!words) continue;
    if (const auto drops = parsed<std::uint64_t>((*words)[1], 16)) sum = sum.value_or(0) + *drops;
  }
  return sum;
}

std::optional<OpenFileLimit> parse_open_file_limit(std::string_view limits) {
  constexpr std::string_view kName = "Max open files";
  while (!limits.empty()) {
    auto line = take_until(limits, '\n');
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(kName.size());
    const auto words = words_of<2>(line);
    if (!words) return std::nullopt;
    const auto soft = parsed<std::uint64_t>((*words)[0]);
    const auto hard = parsed<std::uint64_t>((*words)[1]);
    if (soft && hard) return OpenFileLimit{*soft, *hard};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  return parsed<std::uint64_t>(take_until(text, '\n'));
}

std::optional<std::uint64_t> keyed_count(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto words = words_of<2>(take_until(text, '\n'));
    if (words && (*words)[0] == key) return parsed<std::uint64_t>((*words)[1]);
  }
  return std::nullopt;
}

std::optional<double> parse_cpu_max(std::string_view text) {
  const auto words = words_of<2>(take_until(text, '\n'));
  if (!words) return std::nullopt;
  const auto quota = parsed<std::uint64_t>((*words)[0]);
  const auto period = parsed<std::uint64_t>((*words)[1]);
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::size_t count_of_list(std::string_view list) {
  constexpr std::size_t kProcessorsMax = 1U << 20U;
  std::string_view left = take_until(list, '\n');
  std::size_t count = 0;
  while (!left.empty()) {
    auto range = take_until(left, ',');
    const auto first = parsed<std::size_t>(take_until(range, '-'));
    if (!first) continue;
    const auto last = range.empty() ? first : parsed<std::size_t>(range);
    if (last && *last >= *first) count += std::min(*last - *first + 1, kProcessorsMax);
  }
  return count;
}

}  // namespace weir::doctor
