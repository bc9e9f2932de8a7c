// SPDX-License-Identifier: Apache-2.0
#include "weir/base/log.h"

#include <array>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::base {
namespace {

// What `write` logs, through a pipe.
template <typename Write>
std::string logged(LogLevel level, LogFormat format, Write write) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  write(Log(level, format, ends[1]));
  ::close(ends[1]);
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  return {buffer.data(), static_cast<std::size_t>(size < 0 ? 0 : size)};
}

TEST(Log, WritesLogfmtAndQuotesWhatNeedsIt) {
  const auto line = logged(LogLevel::Info, LogFormat::Logfmt, [](const Log& log) {
    log.info("a message", {{"plain", "x"}, {"empty", ""}, {"quoted", "a \"b\"\n"}});
  });

  EXPECT_THAT(line, testing::HasSubstr(" level=INFO source=log_test.cc:"));
  EXPECT_THAT(
      line, testing::EndsWith(" msg=\"a message\" plain=x empty=\"\" quoted=\"a \\\"b\\\"\\n\"\n"));
}

TEST(Log, WritesNumbersInJsonWhereTheReferenceDoes) {
  const auto write = [](const Log& log) {
    log.warn("m", {{"signal", "hangup", 1}, {"text", "1"}});
  };

  EXPECT_THAT(logged(LogLevel::Info, LogFormat::Json, write),
              testing::EndsWith(R"("msg":"m","signal":1,"text":"1"})"
                                "\n"));
  EXPECT_THAT(logged(LogLevel::Info, LogFormat::Logfmt, write),
              testing::EndsWith(" msg=m signal=hangup text=1\n"));
}

TEST(Log, QuotesAsTheReferenceDoes) {
  const auto line = logged(LogLevel::Info, LogFormat::Logfmt, [](const Log& log) {
    log.info("m",
             {{"backslash", "a\\d"}, {"letter", "\xC3\xA9"}, {"tab", "\t"}, {"equals", "a=b"}});
  });

  EXPECT_THAT(line, testing::EndsWith(
                        " msg=m backslash=a\\d letter=\xC3\xA9 tab=\"\\t\" equals=\"a=b\"\n"));
}

TEST(Log, ShowsWhateverBytesASenderChose) {
  const auto write = [](const Log& log) {
    log.info("m\xff", {{"line", "bad\xff\xfe\n\x1b:1|c"}, {"space", "a\xC2\xA0z"}});
  };

  EXPECT_THAT(logged(LogLevel::Info, LogFormat::Logfmt, write),
              testing::EndsWith(R"( msg="m\xff" line="bad\xff\xfe\n\x1b:1|c" space="a\u00a0z")"
                                "\n"));
  EXPECT_THAT(logged(LogLevel::Info, LogFormat::Json, write),
              testing::EndsWith(
                  R"("msg":"m\ufffd","line":"bad\ufffd\ufffd\n\u001b:1|c","space":"a\u00a0z"})"
                  "\n"));
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged(LogLevel::Warn, LogFormat::Logfmt, [](const Log& log) { log.info("m"); }), "");
}

}  // namespace
}  // namespace weir::base
