// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_reader.h"

#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "app/commands/json_document.h"

namespace weir::app {

namespace {

// More than any screen has rows.
constexpr int kRows = 200;
constexpr unsigned kOk = 200;

// The answer to `target`; throws what is to be shown in its place.
JsonDocument ask(const HttpUrl& url, std::string_view target, HttpPatience patience) {
  const auto answer = http_get(url, target, patience);
  if (answer.status == kOk) return JsonDocument(answer.body);
  throw std::runtime_error(fmt::format("{}: no answer to {}: status {}", url.authority,
                                       target.substr(0, target.find('?')), answer.status));
}

std::string query_of(Section section, MetricOrder order) {
  if (section == Section::Refused) return {};
  const bool is_by_series = section == Section::Metrics && order == MetricOrder::Series;
  return fmt::format("?limit={}{}", kRows, is_by_series ? "&by=series" : "");
}

void ask_for(Section section, const HttpUrl& url, HttpPatience patience, MetricOrder order,
             TopModel& model) {
  const auto name = kSections.at(static_cast<std::size_t>(section));
  try {
    const auto answer =
        ask(url, fmt::format("/api/v1/{}{}", name, query_of(section, order)), patience);
    model.take_section(section, answer.root());
  } catch (const HttpInterrupted&) {
    throw;
  } catch (const std::runtime_error& error) {
    model.take_fault(section, error.what());
  }
}

}  // namespace

void look_at_daemon(const HttpUrl& url, HttpPatience patience, MetricOrder order, TopModel& model) {
  const auto status = ask(url, "/api/v1/status", patience);
  const auto history = ask(url, "/api/v1/history", patience);
  model.take_status(status.root());
  model.take_history(history.root());
  for (std::size_t i = 0; i < kSectionCount; ++i) {
    ask_for(static_cast<Section>(i), url, patience, order, model);
  }
}

}  // namespace weir::app
