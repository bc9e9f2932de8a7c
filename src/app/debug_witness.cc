// SPDX-License-Identifier: Apache-2.0
#include "app/debug_witness.h"

#include <string>

#include "app/refusal_text.h"

namespace weir::app {

void DebugWitness::on_line(std::string_view line) {
  log_.debug("Incoming line", {{"proto", std::string(transport_)}, {"line", std::string(line)}});
}

bool DebugWitness::wants(pipeline::RefusalReason reason) {
  is_wanted_next_ = next_.wants(reason);
  return true;
}

void DebugWitness::on_refusal(const pipeline::Refusal& refusal) {
  const RefusalText text = text_of(refusal);
  log_.write(base::LogLevel::Debug, text.message, text.attributes);
  if (is_wanted_next_) next_.on_refusal(refusal);
}

}  // namespace weir::app
