// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/pipeline.h"

#include <utility>

#include "pipeline/story.h"

namespace weir::pipeline {

Pipeline::Pipeline(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
                   const PipelineOptions& options)
    : story_(std::make_unique<Story>(std::move(rules), store, options)) {}

Pipeline::~Pipeline() = default;

std::shared_ptr<const PreparedRules> Pipeline::use_rules(
    std::shared_ptr<const PreparedRules> rules) {
  return story_->use_rules(std::move(rules));
}

const Ledger& Pipeline::ledger() const { return story_->ledger(); }

Pipeline::Batch::Batch(Pipeline& pipeline, base::TimePoint now) : pipeline_(pipeline) {
  pipeline_.story_->begin(now);
}

Pipeline::Batch::~Batch() { pipeline_.story_->end(); }

void Pipeline::Batch::datagram(std::string_view bytes) { pipeline_.story_->datagram(bytes); }

void Pipeline::Batch::line(std::string_view line) { pipeline_.story_->line(line); }

void Pipeline::Batch::work_off() { pipeline_.story_->work_off(); }

void Pipeline::Batch::too_long_line(std::string_view beginning) {
  pipeline_.story_->too_long_line(beginning);
}

}  // namespace weir::pipeline
