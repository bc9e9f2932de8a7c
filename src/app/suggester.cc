// SPDX-License-Identifier: Apache-2.0
#include "app/suggester.h"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/commands/suggest_output.h"
#include "weir/base/thread.h"
#include "weir/suggest/proposal.h"
#include "weir/suggest/traffic.h"

namespace weir::app {

namespace {

Suggester::Answer answer_to(const Suggester::Question& question) {
  try {
    suggest::Traffic traffic(question.present, question.names);
    for (const auto& example : question.examples) {
      if (traffic.take_example(example.line, example.samples)) continue;
      traffic.take_name(example.name, example.kind, example.samples);
    }
    return {proposal_json(suggest::propose(traffic), suggest::find_builtin_fits(traffic)), true};
  } catch (const std::exception& error) {
    return {error.what(), false};
  }
}

}  // namespace

Suggester::~Suggester() {
  if (thread_.joinable()) thread_.join();
}

bool Suggester::ask(Question question, OnEnd on_end) {
  if (waiting_.size() == kWaitingMax) return false;
  waiting_.push_back({std::move(question), std::move(on_end)});
  if (waiting_.size() == 1) begin();
  return true;
}

void Suggester::begin() {
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this, question = std::move(waiting_.front().question)] {
    base::name_thread("suggest");
    auto answer = answer_to(question);
    boost::asio::post(main_,
                      [this, answer = std::move(answer)]() mutable { finish(std::move(answer)); });
  });
}

void Suggester::finish(Answer answer) {
  const auto on_end = std::move(waiting_.front().on_end);
  waiting_.pop_front();
  if (!waiting_.empty()) begin();
  on_end(std::move(answer));
}

}  // namespace weir::app
