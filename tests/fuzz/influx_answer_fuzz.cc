// SPDX-License-Identifier: Apache-2.0
// Whatever a server answers to a write, what is read of it is bounded. The first two bytes are the
// status, what follows up to a line feed is `Retry-After`, the rest the body.
#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/influxwrite/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned status = (data[0] << 8U | data[1]) % 1000;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const auto answer = weir::influxwrite::read_answer(
      status, rest.substr(0, end), rest.substr(std::min(end + 1, rest.size())), {});
  assert(answer.message.size() <= 1024);
  assert(!answer.retry_after || (*answer.retry_after >= std::chrono::seconds(0) &&
                                 *answer.retry_after <= std::chrono::hours(1)));
  return 0;
}
