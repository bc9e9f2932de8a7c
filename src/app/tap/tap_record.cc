// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_record.h"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace weir::app {

namespace {

// The texts follow in the order of their sizes, then the bytes.
struct RecordHead {
  base::TimePoint time;
  net::Peer peer;
  ListenerKind kind;
  std::uint32_t sender_size;
  std::uint32_t listener_size;
  std::uint32_t reason_size;
};
static_assert(std::is_trivially_copyable_v<RecordHead>);

char* put(char* to, std::string_view text) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

std::string_view take(std::string_view& from, std::size_t size) {
  const std::string_view text = from.substr(0, size);
  from.remove_prefix(size);
  return text;
}

std::uint32_t size_of(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }

}  // namespace

bool append(ByteRing& ring, const TapRecord& record) {
  const RecordHead head{record.time,
                        record.peer,
                        record.kind,
                        size_of(record.sender),
                        size_of(record.listener),
                        size_of(record.reason)};
  char* to = ring.reserve(sizeof head + record.sender.size() + record.listener.size() +
                          record.reason.size() + record.bytes.size());
  if (to == nullptr) return false;
  std::memcpy(to, &head, sizeof head);
  to = put(to + sizeof head, record.sender);
  to = put(to, record.listener);
  to = put(to, record.reason);
  put(to, record.bytes);
  ring.commit();
  return true;
}

TapRecord read_tap_record(std::string_view text) {
  RecordHead head;
  std::memcpy(&head, text.data(), sizeof head);
  text.remove_prefix(sizeof head);
  TapRecord record;
  record.time = head.time;
  record.kind = head.kind;
  record.peer = head.peer;
  record.sender = take(text, head.sender_size);
  record.listener = take(text, head.listener_size);
  record.reason = take(text, head.reason_size);
  record.bytes = text;
  return record;
}

}  // namespace weir::app
