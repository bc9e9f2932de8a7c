// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

namespace weir::exposition {

// A family in the three forms in which the reference's library writes it.
struct GoldenFamily {
  std::string delimited;
  std::string text;
  std::string compact;
};

inline std::string from_hexadecimal(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

inline std::map<std::string, GoldenFamily> read_golden_families() {
  std::ifstream file(WEIR_GOLDEN_DIR "/protobuf-families.txt");
  if (!file) throw std::runtime_error("no golden families");
  std::map<std::string, GoldenFamily> families;
  GoldenFamily* family = nullptr;
  const auto rest = [](const std::string& line, std::size_t prefix) { return line.substr(prefix); };
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("case: ")) family = &families[rest(line, 6)];
    if (line.starts_with("delimited: ")) family->delimited = from_hexadecimal(rest(line, 11));
    if (line.starts_with("text| ")) family->text += rest(line, 6) + '\n';
    if (line.starts_with("compact| ")) family->compact += rest(line, 9) + '\n';
  }
  return families;
}

}  // namespace weir::exposition
