// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "weir/base/name_validation.h"
#include "weir/mapping/rule_set.h"
#include "weir/sample/sample.h"

namespace weir::app {

// Finds rules for names on a thread of its own, as that takes longer than other requests can wait.
// One question after another. Main thread.
class Suggester {
 public:
  // More wait for no answer.
  static constexpr std::size_t kWaitingMax = 8;

  struct Example {
    std::string name;
    sample::SampleKind kind = sample::SampleKind::Counter;
    // A line that has it, which may be cut short.
    std::string line;
    std::uint64_t samples = 0;
  };
  struct Question {
    std::vector<Example> examples;
    // Names that these take are left alone.
    std::shared_ptr<const mapping::RuleSet> present;
    base::NameValidation names = base::NameValidation::Legacy;
  };
  struct Answer {
    // As docs/api.md has it; what went wrong where it is no success.
    std::string json;
    bool is_success = false;
  };
  using OnEnd = std::function<void(Answer)>;

  // `main` outlives the suggester.
  explicit Suggester(boost::asio::io_context& main) : main_(main) {}
  // Waits for the question under way, some tenths of a second; the others are forgotten.
  ~Suggester();
  Suggester(const Suggester&) = delete;
  Suggester& operator=(const Suggester&) = delete;

  // False where too many wait; then `on_end` is not called, else once and later.
  [[nodiscard]] bool ask(Question question, OnEnd on_end);

 private:
  struct Waiting {
    Question question;
    OnEnd on_end;
  };

  void begin();
  void finish(Answer answer);

  boost::asio::io_context& main_;
  // The first is under way.
  std::deque<Waiting> waiting_;
  std::thread thread_;
};

}  // namespace weir::app
