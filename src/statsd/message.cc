// SPDX-License-Identifier: Apache-2.0
#include "statsd/message.h"

#include "weir/base/ascii.h"

namespace weir::statsd {

namespace {

void skip_digits(std::string_view& text) {
  while (!text.empty() && base::is_digit(text.front())) text.remove_prefix(1);
}

// `_e{TITLE_BYTES,TEXT_BYTES}:`
bool is_event(std::string_view line) {
  line.remove_prefix(std::string_view("_e{").size());
  const auto begin = line;
  skip_digits(line);
  if (line.size() == begin.size() || !line.starts_with(',')) return false;
  line.remove_prefix(1);
  const auto text_bytes = line;
  skip_digits(line);
  return line.size() != text_bytes.size() && line.starts_with("}:");
}

}  // namespace

std::optional<Message> underscored_message_of(std::string_view line) {
  if (line.starts_with("_sc|")) return Message::ServiceCheck;
  if (line.starts_with("_e{") && is_event(line)) return Message::Event;
  return std::nullopt;
}

}  // namespace weir::statsd
