// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/push/push_counts.h"
#include "weir/metrics/reading.h"
#include "weir/metrics/scrape.h"
#include "weir/push/page.h"

namespace weir::app {

// Puts what was pushed into the daemon's own page, which passes through: by name, into the same
// family where the daemon has one of that name and type. What would make the page wrong is left out
// and counted: a name of a self-metric; a type that is not the daemon's; a name that samples of the
// daemon's families have, or whose samples have names of these; a series that the daemon has. For
// one page; one thread.
class PushedPage final : public metrics::ReadingVisitor {
 public:
  // `writer` and `counts` outlive it, and so must `scrape`, whose page it is.
  PushedPage(metrics::ReadingVisitor& writer, std::shared_ptr<const push::Page> page,
             const metrics::Scrape& scrape, metrics::Scrape::NameFilter is_wanted,
             PushCounts& counts);
  ~PushedPage() override;

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override { writer_.on_series(series); }
  void on_values(std::span<const metrics::ValueReading> series) override {
    writer_.on_values(series);
  }
  void on_family_end() override;
  void on_end() override;

 private:
  class Directory;

  // All before `name`; without one, all that are left.
  void write_before(std::optional<std::string_view> name);
  [[nodiscard]] bool clashes(const push::PageFamily& family) const;
  void leave_out(const push::PageFamily& family);

  metrics::ReadingVisitor& writer_;
  const std::shared_ptr<const push::Page> page_;
  const metrics::Scrape& scrape_;
  const metrics::Scrape::NameFilter is_wanted_;
  PushCounts& counts_;
  const std::unique_ptr<Directory> directory_;
  std::size_t next_ = 0;
  // Goes into the family under way.
  const push::PageFamily* joining_ = nullptr;
};

}  // namespace weir::app
