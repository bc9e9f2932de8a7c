// SPDX-License-Identifier: Apache-2.0
// The values of `name[]` in a query: whatever it holds, they are no longer than it, two queries
// have the values of both, and any text comes through when it is escaped.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/http/query.h"

namespace {

using Values = std::vector<std::string>;

Values names_in(std::string_view query) { return weir::http::query_values(query, "name[]"); }

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escapes;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    escapes += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return escapes;
}

void check_size(std::string_view query, const Values& names) {
  std::size_t bytes = 0;
  for (const std::string& name : names) bytes += name.size();
  assert(bytes <= query.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string query(reinterpret_cast<const char*>(data), size);
  Values names = names_in(query);
  check_size(query, names);
  const std::string more = "name%5b]=" + escaped(query);
  assert(names_in(more) == Values{query});
  names.push_back(query);
  assert(names_in(query + '&' + more) == names);
  return 0;
}
