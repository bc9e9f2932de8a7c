// SPDX-License-Identifier: Apache-2.0
#include "app/commands/doctor_output.h"

#include <algorithm>

#include <fmt/core.h>

#include "weir/base/escape.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

constexpr std::size_t kVerdictColumns = 8;
constexpr std::size_t kIdColumns = 16;

}  // namespace

doctor::Verdict worst_of(std::span<const doctor::Check> checks) {
  auto worst = doctor::Verdict::Ok;
  for (const auto& check : checks) worst = std::max(worst, check.verdict);
  return worst;
}

std::string checks_text(std::span<const doctor::Check> checks) {
  std::string out;
  for (const auto& check : checks) {
    out += fmt::format("{:<{}} {:<{}} {}\n", doctor::name_of(check.verdict), kVerdictColumns,
                       check.id, kIdColumns, base::visible(check.found));
    if (check.what_to_do.empty()) continue;
    out += fmt::format("{:<{}}   {}\n", "", kVerdictColumns + kIdColumns,
                       base::visible(check.what_to_do));
  }
  const auto count = [checks](doctor::Verdict verdict) {
    return std::ranges::count(checks, verdict, &doctor::Check::verdict);
  };
  return out + fmt::format("{} checks; errors: {}, warnings: {}, notes: {}\n", checks.size(),
                           count(doctor::Verdict::Error), count(doctor::Verdict::Warning),
                           count(doctor::Verdict::Note));
}

std::string checks_json(std::span<const doctor::Check> checks) {
  std::string out;
  base::JsonWriter json(out);
  json.open_object().key("worst").text(doctor::name_of(worst_of(checks)));
  json.key("checks").open_array();
  for (const auto& check : checks) {
    json.open_object().key("id").text(check.id);
    json.key("verdict").text(doctor::name_of(check.verdict));
    json.key("found").text(check.found);
    json.key("what_to_do").text(check.what_to_do).close_object();
  }
  json.close_array().close_object();
  return out + "\n";
}

}  // namespace weir::app
