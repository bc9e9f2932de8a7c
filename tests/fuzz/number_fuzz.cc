// SPDX-License-Identifier: Apache-2.0
// Numbers: what is read agrees with the C library where both have an opinion, and what is written
// reads back. And what the kernel says of control groups.
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "weir/base/cgroup.h"
#include "weir/base/number.h"

namespace {

using weir::base::Number;
using weir::base::NumberFault;

bool is_same(double left, double right) {
  return std::bit_cast<std::uint64_t>(left) == std::bit_cast<std::uint64_t>(right);
}

// Exponents this long are cut off by the one and not by the other.
bool has_long_exponent(std::string_view text) {
  constexpr std::size_t kExponentMax = 4;
  const auto exponent = text.find_first_of("eEpP");
  return exponent != std::string_view::npos && text.size() - exponent > kExponentMax + 2;
}

void check_against_strtod(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789.+-eExXpPabcdfABCDF") != std::string::npos)
    return;
  if (has_long_exponent(text)) return;
  // The C library takes hexadecimal numbers without an exponent, too.
  if (text.find_first_of("xX") != std::string::npos &&
      text.find_first_of("pP") == std::string::npos)
    return;
  char* end = nullptr;
  const double expected = std::strtod(text.c_str(), &end);
  const Number number = weir::base::parse_number(text);
  assert((number.fault == NumberFault::Syntax) == (end != text.c_str() + text.size()));
  if (number.fault == NumberFault::Syntax) return;
  assert(is_same(number.value, expected));
  assert((number.fault == NumberFault::Range) == std::isinf(expected));
}

void check_contract(std::string_view text) {
  const Number number = weir::base::parse_number(text);
  if (number.fault == NumberFault::Syntax) assert(number.value == 0);
  if (number.fault == NumberFault::Range) assert(std::isinf(number.value));
  if (std::isnan(number.value)) assert(text.size() == std::string_view("nan").size());
}

void check_round_trip(double value) {
  std::string text;
  weir::base::append_number(text, value);
  const Number number = weir::base::parse_number(text);
  assert(number.fault == NumberFault::None);
  assert(std::isnan(value) ? std::isnan(number.value) : number.value == value);
}

// Any text is taken, as either file, and for a limit.
void check_cgroups(std::string_view text) {
  constexpr std::size_t kFoldersMax = 65;
  const std::string_view first = text.substr(0, text.size() / 2);
  const auto folders = weir::base::memory_cgroups(first, text.substr(first.size()));
  assert(folders.size() <= kFoldersMax);
  for (const auto& folder : folders) assert(folder.path.starts_with('/'));
  const auto limit = weir::base::parse_memory_limit(text);
  assert(!limit || std::to_string(*limit).size() <= text.size());
  static_cast<void>(weir::base::hierarchical_memory_limit(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_contract(text);
  check_cgroups(text);
  check_against_strtod(text);
  check_round_trip(weir::base::parse_number(text).value);
  double value = 0;
  if (size >= sizeof value) {
    std::memcpy(&value, data, sizeof value);
    check_round_trip(value);
  }
  return 0;
}
