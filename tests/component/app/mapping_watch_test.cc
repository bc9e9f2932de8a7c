// SPDX-License-Identifier: Apache-2.0
#include "app/mapping_watch.h"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

namespace fs = std::filesystem;

class MappingFileTest : public ::testing::Test {
 protected:
  MappingFileTest() : folder_(make_folder()) {}
  ~MappingFileTest() override { fs::remove_all(folder_); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "weir-watch-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  static void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }
  [[nodiscard]] std::string file() const { return (folder_ / "mapping.yml").string(); }
  // Makes `link` lead to `target` in one step, so that it is never missing.
  static void swap_link(const fs::path& target, const fs::path& link) {
    const auto fresh = link.string() + "_tmp";
    fs::create_symlink(target, fresh);
    fs::rename(fresh, link);
  }
  // A folder like the mount of a ConfigMap: the file is a link through `..data`, which leads to a
  // folder of the time of the update.
  void mount(const std::string& version, std::string_view text) {
    fs::create_directory(folder_ / version);
    write(folder_ / version / "mapping.yml", text);
    swap_link(version, folder_ / "..data");
    if (!fs::is_symlink(file())) fs::create_symlink("..data/mapping.yml", file());
  }

  fs::path folder_;
};

TEST_F(MappingFileTest, HasNoSignatureWhenMissing) {
  EXPECT_EQ(look_at(file()), std::nullopt);

  fs::create_symlink("nowhere", file());
  EXPECT_EQ(look_at(file()), std::nullopt);
}

TEST_F(MappingFileTest, KeepsItsSignatureWhileItIsLeftAlone) {
  write(file(), "a");

  EXPECT_NE(look_at(file()), std::nullopt);
  EXPECT_EQ(look_at(file()), look_at(file()));
}

TEST_F(MappingFileTest, ChangesItsSignatureWhenItGrows) {
  write(file(), "a");
  const auto before = look_at(file());

  write(file(), "ab");

  EXPECT_NE(look_at(file()), before);
}

TEST_F(MappingFileTest, ChangesItsSignatureWhenAnEqualFileTakesItsPlace) {
  write(file(), "a");
  const auto before = look_at(file());

  write(file() + ".new", "b");
  fs::last_write_time(file() + ".new", fs::last_write_time(file()));
  fs::rename(file() + ".new", file());

  EXPECT_NE(look_at(file()), before);
}

TEST_F(MappingFileTest, ChangesItsSignatureWhenAConfigMapIsSwapped) {
  mount("..2024_1", "a");
  const auto before = look_at(file());
  ChangeDetector detector(before);

  mount("..2024_2", "b");
  fs::remove_all(folder_ / "..2024_1");

  EXPECT_FALSE(detector.is_to_load(look_at(file())));
  EXPECT_TRUE(detector.is_to_load(look_at(file())));
}

class MappingWatchTest : public MappingFileTest {
 protected:
  static constexpr std::chrono::milliseconds kInterval{1};
  // Only ends a test that hangs.
  static constexpr std::chrono::seconds kPatience{20};
  // Enough for the second look and more, if they are taken.
  static constexpr int kLooks = 5;

  ~MappingWatchTest() override { ::close(log_fd_); }

  MappingWatch& watch() {
    return watch_.emplace(context_, file(), kInterval, log_, [this] { ++changes_; });
  }
  void look(int times) {
    for (int i = 0; i < times; ++i) context_.run_one_for(kPatience);
  }

  [[nodiscard]] std::string logged() const {
    std::ifstream log(folder_ / "log");
    return {std::istreambuf_iterator<char>(log), {}};
  }

  boost::asio::io_context context_{1};
  const int log_fd_ = ::open((folder_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  const base::Log log_{base::LogLevel::Info, base::LogFormat::Logfmt, log_fd_};
  int changes_ = 0;
  std::optional<MappingWatch> watch_;
};

TEST_F(MappingWatchTest, CallsOncePerChange) {
  mount("..2024_1", "a");
  watch().start();
  look(kLooks);
  EXPECT_EQ(changes_, 0);

  mount("..2024_2", "b");
  look(1);
  EXPECT_EQ(changes_, 0);
  look(1);
  EXPECT_EQ(changes_, 1);
  look(kLooks);
  EXPECT_EQ(changes_, 1);

  mount("..2024_3", "c");
  look(kLooks);
  EXPECT_EQ(changes_, 2);
}

TEST_F(MappingWatchTest, SeesAChangeFromBeforeItsStart) {
  write(file(), "a");
  MappingWatch& watch = this->watch();
  write(file(), "ab");

  watch.start();
  look(kLooks);

  EXPECT_EQ(changes_, 1);
}

TEST_F(MappingWatchTest, OutlivesAMissingFile) {
  write(file(), "a");
  watch().start();
  fs::remove(file());
  look(kLooks);
  EXPECT_EQ(changes_, 0);

  write(file(), "ab");
  look(kLooks);

  EXPECT_EQ(changes_, 1);
}

TEST_F(MappingWatchTest, ReportsOnceThatTheFileIsMissingAndOnceThatItIsBack) {
  write(file(), "a");
  watch().start();
  fs::rename(file(), file() + ".away");
  look(kLooks);
  EXPECT_TRUE(watch_->is_missing());
  EXPECT_THAT(logged(),
              testing::MatchesRegex("[^\n]* level=WARN [^\n]*Mapping file is missing, the "
                                    "mapping in use stays\" file=[^\n]*mapping.yml\n"));

  fs::rename(file() + ".away", file());
  look(kLooks);
  EXPECT_FALSE(watch_->is_missing());
  EXPECT_THAT(logged(), testing::MatchesRegex(
                            "[^\n]* level=WARN [^\n]*\n[^\n]* level=INFO [^\n]*Mapping file "
                            "is there again\" file=[^\n]*mapping.yml\n"));
}

TEST_F(MappingWatchTest, SaysNothingOfAConfigMapThatIsSwapped) {
  mount("..2024_1", "a");
  watch().start();
  for (const auto* version : {"..2024_2", "..2024_3", "..2024_4"}) {
    mount(version, "b");
    look(kLooks);
  }

  EXPECT_EQ(changes_, 3);
  EXPECT_EQ(logged(), "");
}

TEST_F(MappingWatchTest, LeavesWhatIsLoadedAnyway) {
  write(file(), "a");
  MappingWatch& watch = this->watch();
  watch.start();
  write(file(), "ab");

  watch.note_load();
  look(kLooks);

  EXPECT_EQ(changes_, 0);
}

TEST_F(MappingWatchTest, LetsTheLoopEndWhenStopped) {
  write(file(), "a");
  MappingWatch& watch = this->watch();
  watch.start();
  look(1);
  write(file(), "ab");

  watch.stop();
  context_.run();

  EXPECT_EQ(changes_, 0);
}

TEST_F(MappingWatchTest, MayBeStoppedByItsCall) {
  write(file(), "a");
  watch_.emplace(context_, file(), kInterval, log_, [this] {
    ++changes_;
    watch_->stop();
  });
  watch_->start();
  write(file(), "ab");

  context_.run();

  EXPECT_EQ(changes_, 1);
}

}  // namespace
}  // namespace weir::app
