// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace weir::support {

using Labels = std::map<std::string, std::string>;

// As much of a message io.prometheus.client.MetricFamily as tests look at.
struct FamilyMessage {
  std::string name;
  std::string help;
  std::uint64_t type = 0;
  // The labels of each metric.
  std::vector<Labels> metrics;
};

inline Labels read_labels(protozero::pbf_reader metric) {
  Labels labels;
  while (metric.next(1)) {
    auto pair = metric.get_message();
    std::string name;
    std::string value;
    while (pair.next()) {
      std::string& part = pair.tag() == 1 ? name : value;
      part = pair.get_string();
    }
    labels[name] = value;
  }
  return labels;
}

inline FamilyMessage read_family(protozero::pbf_reader family) {
  FamilyMessage message;
  while (family.next()) {
    switch (family.tag()) {
      case 1: message.name = family.get_string(); break;
      case 2: message.help = family.get_string(); break;
      case 3: message.type = family.get_uint64(); break;
      default: message.metrics.push_back(read_labels(family.get_message()));
    }
  }
  return message;
}

// Reads messages, each after its length. Throws when they are not well-formed.
inline std::vector<FamilyMessage> read_protobuf_page(const std::string& page) {
  std::vector<FamilyMessage> messages;
  const char* at = page.data();
  const char* const end = at + page.size();
  while (at != end) {
    const auto size = protozero::decode_varint(&at, end);
    if (size > static_cast<std::size_t>(end - at)) throw protozero::end_of_buffer_exception();
    messages.push_back(read_family(protozero::pbf_reader(at, size)));
    at += size;
  }
  return messages;
}

// What stands between the quotes of a string in protobuf's text form.
inline std::string unquoted(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] != '\\') {
      text += quoted[i];
      continue;
    }
    const auto code = [&](std::size_t digits) {
      const auto value = std::stoul(std::string(quoted.substr(i + 1, digits)), nullptr, 16);
      i += digits;
      return static_cast<char>(value);
    };
    switch (quoted[++i]) {
      case 'n': text += '\n'; break;
      case 'r': text += '\r'; break;
      case 't': text += '\t'; break;
      case 'x': text += code(2); break;
      // Only characters whose UTF-8 begins with this byte are written so.
      case 'u': text.append("\xC2").push_back(code(4)); break;
      default: text += quoted[i];
    }
  }
  return text;
}

}  // namespace weir::support
