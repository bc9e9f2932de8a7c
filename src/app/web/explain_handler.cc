// SPDX-License-Identifier: Apache-2.0
#include "app/web/explain_handler.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/web/api/responses.h"
#include "app/web/self_metrics.h"
#include "weir/base/clock.h"
#include "weir/explain/formats.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

// Any number: nothing but the hashes of a few names depends on it.
constexpr std::uint64_t kSeed = 1;
// Some milliseconds, in which nothing else is answered: 2,000 regexes for a short name.
constexpr std::size_t kAskedBytesMax = std::size_t{1} << 20;

// What is asked for, or why it cannot be answered.
struct Question {
  std::string line;
  bool wants_text = false;
  unsigned status = 200;
  std::string_view error;
};

Question refused(unsigned status, std::string_view error) {
  return {.line = {}, .status = status, .error = error};
}

Question read(const http::Request& request) {
  if (!is_read(request)) return refused(405, "explain takes GET and HEAD");
  auto lines = http::query_values(request.query, "line");
  if (lines.size() != 1) return refused(400, "the query must have one line=, escaped");
  if (lines.front().size() > kExplainedLineBytesMax) {
    return refused(414, "the line is longer than 16384 bytes");
  }
  if (lines.front().find('\n') != std::string::npos) return refused(400, "ask for one line only");
  const auto formats = http::query_values(request.query, "format");
  const std::string_view format = formats.empty() ? "json" : std::string_view(formats.back());
  if (format != "json" && format != "text") return refused(400, "format must be json or text");
  return {.line = std::move(lines.front()), .wants_text = format == "text", .error = {}};
}

}  // namespace

explain::Options explain_options(const Options& options) {
  explain::Options made{.pipeline = options.pipeline,
                        .budgets = options.store,
                        .suffixes = options.is_openmetrics_enabled
                                        ? metrics::SampleSuffixes::OpenMetrics
                                        : metrics::SampleSuffixes::Prometheus,
                        .reserved = self_metric_names(),
                        .limits = {}};
  made.pipeline.seed = kSeed;
  return made;
}

http::Response ExplainHandler::explain(const http::Request& request) const {
  const Question question = read(request);
  if (!question.error.empty()) {
    return error_answer(question.status, question.error);
  }
  explain::Options options = explain_options(options_);
  options.live = &store_;
  options.limits.asked_bytes_max = kAskedBytesMax;
  explain::Explainer explainer(reloader_.rules(), options, base::Instant::now());
  const auto explanation = explainer.explain(question.line);
  const std::string& file = options_.mapping_path;
  auto made =
      question.wants_text
          ? api_response(200, explain::text_of(explanation, file), "text/plain; charset=utf-8")
          : api_response(200, explain::json_of(explanation, file) + "\n", "application/json");
  made.headers.push_back(
      {std::string(kAppliedHeader), explanation.is_applied() ? "true" : "false"});
  return made;
}

}  // namespace weir::app
