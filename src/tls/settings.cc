// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/settings.h"

#include <algorithm>
#include <iterator>

#include "tls/names.h"

namespace weir::tls {

namespace {

template <typename Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  names.reserve(std::size(table));
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

}  // namespace

bool is_cipher_suite(std::string_view name) {
  return std::ranges::find(kCipherSuites, name, &CipherSuite::name) != kCipherSuites.end();
}

bool is_curve(std::string_view name) {
  return std::ranges::find(kCurves, name, &Curve::name) != kCurves.end();
}

std::vector<std::string_view> cipher_suite_names() { return names_of(kCipherSuites); }

std::vector<std::string_view> curve_names() { return names_of(kCurves); }

}  // namespace weir::tls
