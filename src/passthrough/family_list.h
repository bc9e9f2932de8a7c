// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weir/passthrough/family.h"

namespace weir::passthrough {

// A family while its page is read.
struct OpenFamily {
  Family family;
  bool has_help = false;
  bool has_type = false;
};

// The families of a page by name, in the order in which they begin. Their addresses stay. One
// thread.
class FamilyList {
 public:
  // `name` is lent by the page.
  [[nodiscard]] OpenFamily* find(std::string_view name);
  OpenFamily& find_or_add(std::string_view name);
  // Those that have samples.
  [[nodiscard]] std::vector<Family> take();

 private:
  std::deque<OpenFamily> families_;
  std::unordered_map<std::string_view, OpenFamily*> by_name_;
};

}  // namespace weir::passthrough
