// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/name_hashes.h"
#include "weir/base/hash.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// Passes a page on to a writer with its names escaped (behaviour page.escaping). What would have
// the name of another then is left out: a family whose samples could be called like those of a
// family that is not escaped, or of an escaped one that came before; a series with two labels of
// one name, and one with the labels of another, or with names that become those of many other sets.
// Not for pages without names that need it: each series costs a look, and each escaped family costs
// several and a few numbers to remember. One thread.
class EscapingVisitor final : public metrics::ReadingVisitor {
 public:
  // By the escaping of `options`, which is not AllowUtf8.
  EscapingVisitor(const WriterOptions& options, std::unique_ptr<metrics::ReadingVisitor> writer);

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_family_end() override;
  void on_end() override { writer_->on_end(); }

 private:
  struct Label {
    std::string raw;
    std::string shown;
    std::string value;
  };
  using Names = std::vector<std::string>;

  // Whether a family of this type has samples with this suffix.
  [[nodiscard]] bool has_sample(metrics::Type type, std::string_view suffix) const;
  // What a family and its samples are called, or may be.
  [[nodiscard]] Names sample_names(std::string_view name, metrics::Type type) const;
  // Whether a sample of this name may be one of a family that is not escaped.
  [[nodiscard]] bool is_taken(const std::string& name) const;
  // False where the family is left out.
  bool take_name(const metrics::FamilyReading& family);
  // False where nothing has to be escaped.
  bool read_labels(std::string_view body);
  // False where the series is left out.
  bool write_labels();
  // The same, by the names that its labels had and have now.
  bool take_label_names(const Names& shown, Names raw);
  // Returns false, for the caller to return.
  bool leave_out(std::uint64_t LeftOutCounts::*counted) const;
  // Begins the family with its first series: scrapers refuse families without any.
  void show(const metrics::SeriesReading& series);
  [[nodiscard]] std::uint64_t hash(std::string_view name) const {
    return base::hash_bytes(name, seed_);
  }
  [[nodiscard]] bool has_twin(const Names& names) const;

  const Escaping escaping_;
  const bool is_openmetrics_;
  const std::unique_ptr<metrics::ReadingVisitor> writer_;
  LeftOutCounts* const left_out_;
  const metrics::PageDirectory* page_ = nullptr;
  // The family under way, with the texts below.
  metrics::FamilyReading head_;
  bool is_left_out_ = false;
  bool is_begun_ = false;
  std::string name_;
  std::string help_;
  std::string unit_;
  // What escaped families and their samples are called, by hash: there may be many. Of two names of
  // one hash, which cannot be made on purpose, the second is left out too.
  const std::uint64_t seed_;
  NameHashes taken_;
  // Of the family under way: names of labels as they were, by what became of them.
  std::map<Names, std::vector<Names>> label_names_;
  // Of the series under way, in the order of the page.
  std::vector<Label> labels_;
  std::string body_;
};

}  // namespace weir::exposition
