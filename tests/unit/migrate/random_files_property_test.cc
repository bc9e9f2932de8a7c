// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "migrate/same_rules.h"
#include "migrate/source.h"
#include "weir/migrate/migrate.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace weir::migrate {
namespace {

// Writes mapping files with old keys in every style that people have.
class RandomFile {
 public:
  explicit RandomFile(unsigned seed) : random_(seed) {}

  std::string text() {
    step_ = 1 + upto(4);
    column_ = 2 + upto(2) * step_;
    if (chance(2)) {
      comment(0);
      line(0, "defaults:");
      for (const auto& key : keys()) entry(step_, key);
    }
    line(0, "mappings:");
    const auto rules = 1 + upto(4);
    for (std::size_t i = 0; i < rules; ++i) chance(3) ? flow_rule(i) : block_rule(i);
    std::string text;
    const std::string_view line_break = chance(3) ? "\r\n" : "\n";
    for (const auto& each : lines_) text.append(each).append(line_break);
    if (chance(3)) text.erase(text.size() - line_break.size());
    return text;
  }

 private:
  std::size_t upto(std::size_t count) { return random_() % count; }
  bool chance(std::size_t one_in) { return upto(one_in) == 0; }

  // `column` is that of the text; a dash that is due comes before it.
  void line(std::size_t column, const std::string& text) {
    static constexpr std::string_view kComments[] = {"  # it's", " # [", "\t# \"", " # a: b # c"};
    std::string comment;
    if (chance(4)) comment = kComments[upto(4)];
    lines_.push_back(std::string(column - dash_.size(), ' ') + dash_ + text + comment);
    dash_.clear();
  }
  void comment(std::size_t indent) {
    if (!dash_.empty()) return;
    if (chance(3)) lines_.push_back(std::string(indent, ' ') + "# of its own");
    if (chance(9)) lines_.emplace_back();
  }

  // Keys of a rule or of the defaults, in any order and number.
  std::vector<std::string> keys() {
    std::vector<std::string> all{"timer_type", "quantiles", "buckets"};
    if (chance(3)) all.emplace_back("summary_options");
    if (chance(3)) all.emplace_back("histogram_options");
    if (chance(3)) all.emplace_back("observer_type");
    if (chance(2)) all.emplace_back("ttl");
    std::ranges::shuffle(all, random_);
    all.resize(upto(all.size() + 1));
    return all;
  }

  std::string quoted(const std::string& key) {
    if (chance(8)) return "'" + key + "'";
    return chance(8) ? "\"" + key + "\"" : key;
  }

  std::string inline_value(const std::string& key) {
    if (key == "timer_type" || key == "observer_type") return chance(2) ? "summary" : "'histogram'";
    if (key == "quantiles") return chance(5) ? "[]" : "[{quantile: 0.5, error: 0.05}]";
    if (key == "buckets") return chance(5) ? "~" : "[0.1, 1]";
    if (key == "histogram_options") return "{native_histogram_max_buckets: 7}";
    if (key == "ttl") return "1m";
    return chance(2) ? "{max_summary_age: 1m}" : "{ max_age: 2m, max_summary_age: 1m }";
  }

  void entry(std::size_t indent, const std::string& key) {
    comment(indent);
    const auto has_block = key != "timer_type" && key != "observer_type" && key != "ttl";
    if (!has_block || chance(2)) {
      line(indent, quoted(key) + ": " + inline_value(key));
      return;
    }
    line(indent, quoted(key) + ":");
    const auto items = indent + upto(2) * step_;
    if (key == "quantiles") {
      comment(items);
      line(items, "- quantile: 0.5");
      line(items + 2, "error: 0.05");
    } else if (key == "buckets") {
      line(items, "- 1");
      comment(items);
      line(items, "-   2");
    } else {
      comment(indent + step_);
      line(indent + step_, key == "summary_options" ? "summary_age_buckets: 3"
                                                    : "native_histogram_bucket_factor: 1.5");
    }
  }

  void block_rule(std::size_t index) {
    auto all = keys();
    const std::vector<std::string> needed{fmt::format("match: a{}.*.*", index), "name: a"};
    const auto at = upto(all.size() + 1);
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), needed.begin(), needed.end());
    dash_ = "- ";
    for (const auto& key : all) {
      if (key.find(':') != std::string::npos) {
        line(column_, key);
      } else {
        entry(column_, key);
      }
    }
    if (chance(3)) line(column_, "match_metric_type: timer");
    if (chance(3)) line(column_, "labels: {x: $1$2}");
  }

  void flow_rule(std::size_t index) {
    auto text = fmt::format("{{match: a{}.*, name: a", index);
    for (const auto& key : keys()) text += ", " + quoted(key) + ": " + inline_value(key);
    dash_ = "- ";
    line(column_, text + "}");
  }

  std::mt19937 random_;
  std::size_t step_ = 2;
  // Of the keys of rules.
  std::size_t column_ = 2;
  std::string dash_;
  std::vector<std::string> lines_;
};

std::optional<rulefile::LoadedRules> load(const std::string& text) {
  try {
    return rulefile::parse_rules(text, "m.yml");
  } catch (const rulefile::ConfigError&) {
    return std::nullopt;
  }
}

std::optional<Migration> migrated(const std::string& text) {
  try {
    return migrate(text, "m.yml");
  } catch (const rulefile::ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("cannot be migrated: ")) << text;
    return std::nullopt;
  }
}

std::vector<std::string> comments_of(const std::string& text) {
  const Source source(text, "m.yml");
  std::vector<std::string> comments;
  for (std::size_t i = 0; i < source.line_count(); ++i) {
    const auto line = source.text_of(source.line(i));
    const auto begin = comment_begin(line);
    if (begin != std::string_view::npos) comments.emplace_back(line.substr(begin));
  }
  std::ranges::sort(comments);
  return comments;
}

TEST(RandomOldFiles, LoadToTheSameRulesOnceTheyAreMigrated) {
  constexpr unsigned kFiles = 2'000;
  std::size_t changed = 0;
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < kFiles; ++seed) {
    const auto text = RandomFile(seed).text();
    const auto before = load(text);
    if (!before) continue;
    const auto migration = migrated(text);
    refused += migration ? 0 : 1;
    if (!migration || migration->changes.empty()) continue;
    ++changed;
    const auto after = load(migration->text);
    ASSERT_TRUE(after) << text << migration->text;
    ASSERT_FALSE(difference_of(*before->rules, *after->rules)) << text << migration->text;
    ASSERT_EQ(comments_of(text), comments_of(migration->text)) << text << migration->text;
    ASSERT_EQ(migrate(migration->text, "m.yml").text, migration->text) << text;
  }
  EXPECT_GT(changed, kFiles / 4);
  // What belongs into options in braces is not always in brackets.
  EXPECT_LT(refused, changed / 4);
}

}  // namespace
}  // namespace weir::migrate
