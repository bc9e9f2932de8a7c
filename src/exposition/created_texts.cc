// SPDX-License-Identifier: Apache-2.0
#include "exposition/created_texts.h"

#include <chrono>

namespace weir::exposition {
namespace {

double seconds(base::UnixTime time) {
  constexpr double kNanosecondsPerSecond = 1e9;
  const std::chrono::nanoseconds since_epoch = time.time_since_epoch();
  return static_cast<double>(since_epoch.count()) / kNanosecondsPerSecond;
}

}  // namespace

CreatedText::CreatedText(base::UnixTime created) {
  char* const end = write_sample_number(line_.data(), seconds(created), NumberForm::OpenMetrics);
  number_size_ = static_cast<std::size_t>(end - line_.data());
  *end = '\n';
}

}  // namespace weir::exposition
