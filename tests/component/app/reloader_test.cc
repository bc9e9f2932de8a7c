// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOneRule = "mappings: [{match: a, name: b}]\n";
constexpr std::string_view kNoRules = "mappings: []\n";

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() : folder_(make_folder()) {}
  ~ReloaderTest() override { fs::remove_all(folder_); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "weir-reload-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  [[nodiscard]] std::string file() const { return (folder_ / "mapping.yml").string(); }
  void write(std::string_view text) const { std::ofstream(file()) << text; }

  // Loads what is written already.
  Reloader& start(std::string_view text) {
    write(text);
    return reloader_.emplace(file(), rulefile::LoadOptions{}, fallbacks_, context_, log_);
  }
  // Whether it worked.
  bool reload(std::string_view text) {
    write(text);
    const auto before = reloader_->successes();
    bool has_ended = false;
    reloader_->reload([&has_ended](const Reloader::Errors& /*errors*/) { has_ended = true; });
    while (!has_ended && context_.run_one() > 0) {
    }
    EXPECT_TRUE(has_ended);
    return reloader_->successes() > before;
  }

  fs::path folder_;
  pipeline::RuleFallbacks fallbacks_;
  boost::asio::io_context context_{1};
  // The loader's thread may be slow to post.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_ =
      boost::asio::make_work_guard(context_);
  // What fails is in the counts.
  const base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, -1};
  std::optional<Reloader> reloader_;
};

TEST_F(ReloaderTest, KeepsTheRulesWhenTheFileHasBecomeEmpty) {
  start(kOneRule);

  for (const std::string_view empty : {"", "\n", " \r\n\t\n", "\xEF\xBB\xBF"}) {
    EXPECT_FALSE(reload(empty));
    EXPECT_EQ(reloader_->loaded_mappings(), 1U);
  }
  EXPECT_EQ(reloader_->failures(), 4U);
  EXPECT_TRUE(reload(kOneRule));
}

TEST_F(ReloaderTest, TakesAFileThatSaysThatThereAreNoRules) {
  for (const std::string_view none : {kNoRules, std::string_view("# none\n"), {"{}\n"}}) {
    start(kOneRule);

    EXPECT_TRUE(reload(none));
    EXPECT_EQ(reloader_->loaded_mappings(), 0U);
  }
}

TEST_F(ReloaderTest, KeepsWhatFlagsSayWhereTheFileDoesNot) {
  fallbacks_.honors_timestamps = true;
  start("mappings: [{match: a, name: a}]");
  EXPECT_TRUE(reloader_->rules()->honors_timestamps.at(0));

  EXPECT_TRUE(reload("defaults: {honor_timestamps: false}\nmappings: [{match: a, name: a}]"));
  EXPECT_FALSE(reloader_->rules()->wants_timestamps);
  EXPECT_TRUE(reload("mappings: [{match: a, name: a, help: b}]"));

  EXPECT_TRUE(reloader_->rules()->honors_timestamps.at(0));
}

TEST_F(ReloaderTest, StartsWithAnEmptyFile) {
  start("");
  EXPECT_EQ(reloader_->loaded_mappings(), 0U);

  EXPECT_TRUE(reload("\n")) << "it has not become empty";
  EXPECT_TRUE(reload(kOneRule));
  EXPECT_FALSE(reload(""));
  EXPECT_EQ(reloader_->loaded_mappings(), 1U);
}

TEST_F(ReloaderTest, RemembersWhatItLoadedLastAndNotWhatFailed) {
  start("");

  EXPECT_FALSE(reload("mappings: 5\n"));
  EXPECT_TRUE(reload(""));
}

}  // namespace
}  // namespace weir::app
