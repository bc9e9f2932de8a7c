// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/same_rules.h"
#include "weir/migrate/migrate.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace {

using namespace weir;

constexpr auto kNames = base::NameValidation::Utf8;

rulefile::LoadedRules load(std::string_view text) {
  return rulefile::parse_rules(text, "fuzz.yml", {.names = kNames});
}

void check(std::string_view text, const migrate::Migration& migration) {
  const auto before = load(text);
  const auto after = load(migration.text);
  if (migrate::difference_of(*before.rules, *after.rules)) std::abort();
  if (migration.changes.empty() != (migration.text == text)) std::abort();
  for (const auto& warning : after.warnings) {
    if (warning.kind == rulefile::DiagnosticKind::OldKey) std::abort();
  }
  for (const auto& change : migration.changes) {
    if (change.was.find('\n') != std::string::npos || change.is.empty() == change.why.empty())
      std::abort();
  }
  const auto again = migrate::migrate(migration.text, "fuzz.yml", kNames);
  if (!again.changes.empty() || again.text != migration.text) std::abort();
}

// Nothing for a file that is refused.
std::optional<migrate::Migration> migrated(std::string_view text) {
  try {
    return migrate::migrate(text, "fuzz.yml", kNames);
  } catch (const rulefile::ConfigError& error) {
    if (error.errors().empty()) std::abort();
    return std::nullopt;
  }
}

}  // namespace

// Whatever the file holds, it is refused, or what comes of it loads to the same rules, has nothing
// old, and does not change any more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto migration = migrated(text)) check(text, *migration);
  return 0;
}
