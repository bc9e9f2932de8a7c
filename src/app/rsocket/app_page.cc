// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/app_page.h"

namespace weir::app {

namespace {

// A short text is within its object.
std::size_t memory_of(const std::string& text) {
  static const std::size_t kWithin = std::string().capacity();
  return text.capacity() > kWithin ? text.capacity() + 1 : 0;
}

}  // namespace

std::size_t memory_of(const std::vector<passthrough::Family>& families) {
  std::size_t bytes = families.capacity() * sizeof(passthrough::Family);
  for (const passthrough::Family& family : families) {
    bytes += memory_of(family.name) + memory_of(family.help) +
             family.samples.capacity() * sizeof(passthrough::Sample);
    for (const passthrough::Sample& sample : family.samples) {
      bytes += memory_of(sample.name) + sample.labels.capacity() * sizeof(passthrough::Label);
      for (const passthrough::Label& label : sample.labels) {
        bytes += memory_of(label.name) + memory_of(label.value);
      }
    }
  }
  return bytes;
}

}  // namespace weir::app
