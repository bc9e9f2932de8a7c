// SPDX-License-Identifier: Apache-2.0
#include "app/refusal_log.h"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using namespace std::chrono_literals;
using pipeline::OtherRefusal;
using pipeline::RefusalReason;
using statsd::Rejection;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kSender = "192.0.2.1:4000";

struct FixedSource : OriginSource {
  base::Attribute place{"sender", kSender};
  [[nodiscard]] Origin origin_of(std::string_view) const override { return {"udp", place}; }
};

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_NONBLOCK), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int writable() const { return ends_[1]; }
  // What came since the last call.
  [[nodiscard]] std::string read() const {
    std::array<char, 8192> buffer{};
    const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(size < 0 ? 0 : size)};
  }

 private:
  std::array<int, 2> ends_{};
};

class RefusalLogTest : public testing::Test {
 protected:
  RefusalLogTest() { refusals_.begin_batch(source_, now_); }

  void pass(base::Clock::duration time) {
    now_ += time;
    refusals_.begin_batch(source_, now_);
  }
  void refuse(RefusalReason reason, std::string_view line = "bad") {
    if (refusals_.wants(reason)) refusals_.on_refusal({reason, line, {}, {}});
  }
  [[nodiscard]] std::string logged() const { return pipe_.read(); }

  base::TimePoint now_{1h};
  FixedSource source_;
  const Pipe pipe_;
  const base::Log log_{base::LogLevel::Info, base::LogFormat::Logfmt, pipe_.writable()};
  RefusalLog refusals_{log_};
};

TEST_F(RefusalLogTest, ShowsTheFirstLineAtOnceWithItsSender) {
  refuse(Rejection::MalformedLine, "bad\xff");

  EXPECT_THAT(logged(), AllOf(HasSubstr(" level=WARN "),
                              EndsWith(" msg=\"bad line\" line=\"bad\\xff\" reason=malformed_line "
                                       "proto=udp sender=192.0.2.1:4000 refused=1\n")));
}

TEST_F(RefusalLogTest, CountsTheOthersOfAMinute) {
  refuse(Rejection::MalformedLine);
  EXPECT_NE(logged(), "");

  for (int second = 0; second < 59; ++second) {
    pass(1s);
    refuse(Rejection::MalformedLine);
  }
  EXPECT_EQ(logged(), "");
  pass(1s);
  EXPECT_EQ(logged(), "");
  refuse(Rejection::MalformedLine, "later");

  EXPECT_THAT(logged(), AllOf(HasSubstr(" line=later "), EndsWith(" refused=60\n")));
}

TEST_F(RefusalLogTest, GivesEachReasonAMinuteOfItsOwn) {
  for (int i = 0; i < 3; ++i) {
    refuse(Rejection::MalformedLine);
    refuse(pipeline::DropReason::TooManyLabels);
    refuse(pipeline::DropReason::Conflict);
  }

  EXPECT_THAT(logged(), AllOf(HasSubstr("malformed_line"), HasSubstr("too_many_labels"),
                              HasSubstr("conflict"), testing::Not(HasSubstr("refused=2"))));
}

TEST_F(RefusalLogTest, CutsALongLine) {
  refuse(OtherRefusal::LineTooLong, std::string(100'000, 'x'));

  EXPECT_THAT(logged(), HasSubstr(" line=" + std::string(200, 'x') + "... "));
}

TEST_F(RefusalLogTest, NamesTheListenerWhereASenderHasNoAddress) {
  source_.place = {"listener", "/run/statsd.sock"};

  refuse(OtherRefusal::FrameTooLong, "");

  EXPECT_THAT(logged(), EndsWith(" reason=frame_too_long proto=udp listener=/run/statsd.sock "
                                 "refused=1\n"));
}

TEST_F(RefusalLogTest, WaitsForALineWhoseSenderIsKnown) {
  EXPECT_FALSE(refusals_.wants_all_senders());
  source_.place.value.clear();
  refuse(Rejection::MalformedLine, "first");
  refuse(Rejection::MalformedLine, "second");
  EXPECT_EQ(logged(), "");
  EXPECT_TRUE(refusals_.wants_all_senders());

  source_.place.value = kSender;
  pass(1ms);
  refuse(Rejection::MalformedLine, "third");

  EXPECT_THAT(logged(), AllOf(HasSubstr(" line=third "), EndsWith(" refused=3\n")));
  EXPECT_FALSE(refusals_.wants_all_senders());
  pass(RefusalLog::kPatience);
  EXPECT_EQ(logged(), "");
}

TEST_F(RefusalLogTest, WaitsNoLongerThanItsPatience) {
  source_.place.value.clear();
  refuse(Rejection::MalformedLine, "only");
  pass(RefusalLog::kPatience - 1ms);
  EXPECT_EQ(logged(), "");

  pass(1ms);

  EXPECT_THAT(logged(), EndsWith(" line=only reason=malformed_line proto=udp refused=1\n"));
  EXPECT_FALSE(refusals_.wants_all_senders());
  refuse(Rejection::MalformedLine);
  EXPECT_EQ(logged(), "");
}

TEST(RefusalLog, SaysNothingWhereWarningsAreNotWanted) {
  const Pipe pipe;
  const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt, pipe.writable());
  const FixedSource source;
  RefusalLog refusals(log);
  refusals.begin_batch(source, base::TimePoint(1h));

  EXPECT_FALSE(refusals.wants(Rejection::MalformedLine));
}

}  // namespace
}  // namespace weir::app
