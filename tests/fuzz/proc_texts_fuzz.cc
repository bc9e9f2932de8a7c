// SPDX-License-Identifier: Apache-2.0
// What `weir doctor` reads of /proc: any text is taken, and no row comes of what is none.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/doctor/proc_texts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::doctor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& socket : parse_inet_sockets(text)) assert(!socket.is_ipv6 || size > 64);
  for (const auto& socket : parse_unix_sockets(text)) assert(socket.path.size() < size);
  if (const auto counts = parse_udp_counts(text, text)) assert(text.find("Udp: ") != text.npos);
  static_cast<void>(parse_backlog_drops(text));
  if (parse_open_file_limit(text)) assert(text.find("Max open files") != text.npos);
  static_cast<void>(parse_count(text));
  static_cast<void>(keyed_count(text, "oom_kill"));
  if (const auto share = parse_cpu_max(text)) assert(*share >= 0);
  static_cast<void>(count_of_list(text));
  return 0;
}
