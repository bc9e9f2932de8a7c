// SPDX-License-Identifier: Apache-2.0
#include "app/log_trace.h"

#include <string>

#include "app/refusal_text.h"

namespace weir::app {

void LogTrace::on_line(std::string_view line) {
  log_.debug("Incoming line", {{"proto", std::string(transport_)}, {"line", std::string(line)}});
}

bool LogTrace::wants(pipeline::RefusalReason reason) {
  is_wanted_next_ = next_.wants(reason);
  return true;
}

void LogTrace::on_refusal(const pipeline::Refusal& refusal) {
  const RefusalText text = text_of(refusal);
  log_.write(base::LogLevel::Debug, text.message, text.attributes);
  if (is_wanted_next_) next_.on_refusal(refusal);
}

}  // namespace weir::app
