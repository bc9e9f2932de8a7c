// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/statsd/line_parser.h"

namespace weir::statsd {

class Recorder : public LineVisitor {
 public:
  void on_attempt() override { ++attempts; }
  void on_sample(const sample::Sample& sample) override { samples.push_back(sample); }
  void on_unknown_type(const sample::Sample& sample, std::string_view type) override {
    unknown.push_back(sample);
    parts.emplace_back(type);
  }
  void on_rejection(Rejection rejection, std::string_view part) override {
    rejections.push_back(rejection);
    parts.emplace_back(part);
  }
  void on_weight_capped() override { ++capped; }
  void on_message(Message message) override { messages.push_back(message); }

  std::size_t attempts = 0;
  std::size_t capped = 0;
  std::vector<sample::Sample> samples;
  std::vector<sample::Sample> unknown;
  std::vector<Rejection> rejections;
  // What of the line each of `rejections` and `unknown` is about.
  std::vector<std::string> parts;
  std::vector<Message> messages;
};

// The samples borrow from `line`.
inline Recorder parsed(std::string_view line, Dialects dialects = {}, ParserLimits limits = {}) {
  Recorder recorder;
  LineParser(dialects, limits).parse(line, recorder);
  return recorder;
}

}  // namespace weir::statsd
