// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/connection.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::rsocket {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// What a handler was told, as text.
class Recorder final : public ConnectionHandler {
 public:
  std::vector<std::string> seen;

  void on_ready() override { seen.emplace_back("ready"); }
  void on_request(std::uint32_t stream, Interaction interaction, const Payload& payload) override {
    const bool wants_answer = interaction == Interaction::RequestResponse;
    seen.push_back(
        fmt::format("{} {} {}", wants_answer ? "request" : "event", stream, text_of(payload)));
  }
  void on_answer(std::uint32_t stream, const Payload& payload) override {
    seen.push_back(fmt::format("answer {} {}", stream, text_of(payload)));
  }
  void on_failure(std::uint32_t stream, std::string_view text) override {
    seen.push_back(fmt::format("failure {} {}", stream, text));
  }

 private:
  static std::string text_of(const Payload& payload) {
    return fmt::format("{}/{}", payload.metadata.value_or("-"), payload.data);
  }
};

// A connection of a server, unless it is said, and what it sends.
class ConnectionTest : public testing::Test {
 protected:
  void make_ready(const rsocket::Setup& setup = {}) {
    give(setup_frame(setup));
    handler.seen.clear();
  }
  void give(const std::string& frame) { connection.on_frame(frame, now); }
  static std::vector<std::string> sent_by(Connection& from) {
    const std::vector<std::string> frames(from.output().begin(), from.output().end());
    from.output().clear();
    return frames;
  }
  std::vector<std::string> sent() { return sent_by(connection); }
  [[nodiscard]] EndReason end() const { return connection.end_reason(); }

  base::TimePoint now{};
  Recorder handler;
  Connection connection{Role::Server, {.payload_bytes_max = 100}, handler, now};
};

using ServerConnection = ConnectionTest;
using ClientConnection = ConnectionTest;

std::string request(std::uint32_t stream, std::string_view data, std::uint16_t flags = 0) {
  return payload_frame(FrameType::RequestResponse, stream, flags, {std::nullopt, data});
}

TEST_F(ServerConnection, BeginsWithASetup) {
  give(setup_frame({}));
  EXPECT_THAT(handler.seen, ElementsAre("ready"));
  EXPECT_TRUE(connection.is_ready());
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ServerConnection, RefusesWhatIsNoGoodSetup) {
  const auto with_flag = [](std::uint16_t flag) {
    std::string frame = setup_frame({});
    frame[5] = static_cast<char>(frame[5] | flag);
    return frame;
  };
  const std::vector<std::pair<std::string, ErrorCode>> cases = {
      {request(1, ""), ErrorCode::InvalidSetup},
      {setup_frame({2, 0}), ErrorCode::InvalidSetup},
      {setup_frame({1, 0, 0, 1}), ErrorCode::InvalidSetup},
      {setup_frame({1, 0, 1, 0}), ErrorCode::InvalidSetup},
      {setup_frame({}).substr(0, 10), ErrorCode::InvalidSetup},
      {with_flag(kResumable), ErrorCode::RejectedSetup},
      {with_flag(kHonorsLease), ErrorCode::InvalidSetup},
      {payload_frame(FrameType::Resume, 0, 0, {}), ErrorCode::RejectedResume}};
  for (const auto& [frame, code] : cases) {
    Connection other(Role::Server, {}, handler, now);
    other.on_frame(frame, now);
    EXPECT_EQ(other.end_reason(), EndReason::Protocol);
    const auto frames = sent_by(other);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(parse_error(*parse_frame(frames[0]))->code, static_cast<std::uint32_t>(code));
  }
  EXPECT_THAT(handler.seen, IsEmpty());
}

TEST_F(ServerConnection, AsksWithEvenStreamsAndTakesAnswers) {
  make_ready();
  connection.fire_and_forget({std::nullopt, "key"});
  EXPECT_EQ(connection.request({std::nullopt, "key"}), 4U);
  EXPECT_EQ(connection.request({std::nullopt, "key"}), 6U);
  EXPECT_THAT(sent(), ElementsAre(payload_frame(FrameType::RequestFireAndForget, 2, 0, {{}, "key"}),
                                  request(4, "key"), request(6, "key")));
  give(payload_frame(FrameType::Payload, 6, kNext | kComplete, {"m", "text"}));
  give(error_frame(4, ErrorCode::ApplicationError, "broken"));
  EXPECT_THAT(handler.seen, ElementsAre("answer 6 m/text", "failure 4 broken"));
}

TEST_F(ServerConnection, IgnoresAnswersThatItDoesNotWaitFor) {
  make_ready();
  const std::uint32_t stream = connection.request({});
  connection.cancel(stream);
  EXPECT_THAT(sent(), ElementsAre(request(stream, ""), cancel_frame(stream)));
  give(payload_frame(FrameType::Payload, stream, kNext | kComplete, {}));
  give(payload_frame(FrameType::Payload, 100, kNext | kComplete, {}));
  give(error_frame(stream, ErrorCode::Canceled, ""));
  EXPECT_THAT(handler.seen, IsEmpty());
  EXPECT_TRUE(connection.is_ready());
}

TEST_F(ServerConnection, TakesAnAnswerWithoutPayloadForAFailure) {
  make_ready();
  const std::uint32_t stream = connection.request({});
  give(payload_frame(FrameType::Payload, stream, kComplete, {}));
  EXPECT_THAT(handler.seen, ElementsAre(fmt::format("failure {} no payload", stream)));
}

TEST_F(ServerConnection, AnswersRequestsOnce) {
  make_ready();
  give(request(1, "a"));
  give(payload_frame(FrameType::RequestFireAndForget, 3, 0, {"m", "b"}));
  EXPECT_THAT(handler.seen, ElementsAre("request 1 -/a", "event 3 m/b"));
  connection.answer(1, {});
  connection.answer(1, {});
  connection.fail(3, ErrorCode::ApplicationError, "");
  EXPECT_THAT(sent(), ElementsAre(payload_frame(FrameType::Payload, 1, kNext | kComplete, {})));
}

TEST_F(ServerConnection, RefusesMoreRequestsThanItKeeps) {
  make_ready();
  for (std::uint32_t i = 0; i < Connection::kUnansweredMax; ++i) give(request(2 * i + 1, ""));
  EXPECT_THAT(sent(), IsEmpty());
  give(request(101, ""));
  EXPECT_THAT(sent(), ElementsAre(error_frame(101, ErrorCode::Rejected, "too many requests")));
  EXPECT_TRUE(connection.is_ready());
}

TEST_F(ServerConnection, PutsFragmentsTogether) {
  make_ready();
  give(payload_frame(FrameType::RequestResponse, 1, kFollows, {"me", ""}));
  give(payload_frame(FrameType::Payload, 1, kFollows | kNext, {"ta", "da"}));
  EXPECT_EQ(connection.held_bytes(), 6U);
  give(payload_frame(FrameType::Payload, 1, kNext | kComplete, {std::nullopt, "ta"}));
  EXPECT_THAT(handler.seen, ElementsAre("request 1 meta/data"));
  EXPECT_EQ(connection.held_bytes(), 0U);

  const std::uint32_t stream = connection.request({});
  give(payload_frame(FrameType::Payload, stream, kFollows | kNext, {std::nullopt, "a"}));
  give(payload_frame(FrameType::Payload, stream, kNext | kComplete, {std::nullopt, "b"}));
  EXPECT_EQ(handler.seen.back(), fmt::format("answer {} -/ab", stream));
}

TEST_F(ServerConnection, EndsWhenFragmentsGrowTooLarge) {
  make_ready();
  give(request(1, std::string(100, 'x'), kFollows));
  EXPECT_TRUE(connection.is_ready());
  give(payload_frame(FrameType::Payload, 1, kNext, {std::nullopt, "x"}));
  EXPECT_EQ(end(), EndReason::TooLarge);
}

TEST_F(ServerConnection, EndsWhenThereAreTooManyPartialPayloads) {
  make_ready();
  for (std::uint32_t i = 0; i < Connection::kPartialsMax; ++i)
    give(request(2 * i + 1, "", kFollows));
  EXPECT_TRUE(connection.is_ready());
  give(cancel_frame(1));
  give(request(101, "", kFollows));
  EXPECT_TRUE(connection.is_ready());
  give(request(103, "", kFollows));
  EXPECT_EQ(end(), EndReason::TooLarge);
}

TEST_F(ServerConnection, AnswersKeepAlives) {
  make_ready();
  give(keepalive_frame(kWantsReply, "abc"));
  give(keepalive_frame(0, "abc"));
  EXPECT_THAT(sent(), ElementsAre(keepalive_frame(0, "abc")));
  give(keepalive_frame(kWantsReply, std::string(Connection::kKeepAliveBytesMax + 1, 'x')));
  EXPECT_EQ(end(), EndReason::TooLarge);
}

TEST_F(ServerConnection, EndsWhenThePeerIsSilentForItsLifetime) {
  make_ready({1, 0, 20'000, 90'000});
  now += seconds(90);
  connection.tick(now);
  EXPECT_THAT(sent(), ElementsAre(keepalive_frame(kWantsReply, {})));
  give(keepalive_frame(0, {}));
  now += seconds(90);
  connection.tick(now);
  EXPECT_EQ(end(), EndReason::None);
  connection.tick(now + milliseconds(1));
  EXPECT_EQ(end(), EndReason::Silent);
}

TEST_F(ServerConnection, BoundsTheTimesOfASetup) {
  make_ready({1, 0, 1, 0xFFFF'FFFF});
  connection.tick(now + milliseconds(999));
  EXPECT_THAT(sent(), IsEmpty());
  connection.tick(now + seconds(601));
  EXPECT_EQ(end(), EndReason::Silent);
}

TEST_F(ServerConnection, EndsWithoutASetupInTime) {
  connection.tick(now + seconds(10));
  EXPECT_EQ(end(), EndReason::None);
  connection.tick(now + seconds(11));
  EXPECT_EQ(end(), EndReason::NoSetup);
}

TEST_F(ServerConnection, RefusesStreamsAndChannelsAndGoesOn) {
  make_ready();
  give(payload_frame(FrameType::RequestStream, 1, 0, {}));
  give(payload_frame(FrameType::RequestChannel, 3, 0, {}));
  EXPECT_THAT(sent(), ElementsAre(error_frame(1, ErrorCode::Rejected, "not supported"),
                                  error_frame(3, ErrorCode::Rejected, "not supported")));
  give(payload_frame(FrameType::MetadataPush, 0, 0, {}));
  give(payload_frame(static_cast<FrameType>(0x20), 0, kIgnorable, {}));
  EXPECT_TRUE(connection.is_ready());
}

TEST_F(ServerConnection, EndsWhenTheProtocolIsBroken) {
  const std::vector<std::string> frames = {"short",
                                           setup_frame({}),
                                           request(2, ""),
                                           request(0, ""),
                                           keepalive_frame(0, {}).substr(0, 8),
                                           payload_frame(FrameType::RequestStream, 2, 0, {}),
                                           payload_frame(static_cast<FrameType>(0x20), 0, 0, {}),
                                           error_frame(1, ErrorCode::Rejected, "").substr(0, 8)};
  for (const std::string& frame : frames) {
    Connection other(Role::Server, {}, handler, now);
    other.on_frame(setup_frame({}), now);
    other.on_frame(frame, now);
    EXPECT_EQ(other.end_reason(), EndReason::Protocol);
    other.on_frame(request(1, ""), now);
    EXPECT_EQ(sent_by(other).size(), 1U);
  }
}

TEST_F(ServerConnection, EndsWhenThePeerSaysSo) {
  make_ready();
  give(error_frame(0, ErrorCode::ConnectionClose, "bye"));
  EXPECT_EQ(end(), EndReason::PeerError);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ClientConnection, TalksToAServer) {
  Recorder client_handler;
  Connection client(Role::Client, {}, client_handler, now);
  client.start();
  const auto carry = [this](Connection& from, Connection& to) {
    for (const std::string& frame : sent_by(from)) to.on_frame(frame, now);
  };
  carry(client, connection);
  EXPECT_EQ(connection.request({std::nullopt, "key"}), 2U);
  carry(connection, client);
  client.answer(2, {"m", "page"});
  EXPECT_EQ(client.request({std::nullopt, "push"}), 1U);
  carry(client, connection);
  EXPECT_THAT(client_handler.seen, ElementsAre("ready", "request 2 -/key"));
  EXPECT_THAT(handler.seen, ElementsAre("ready", "answer 2 m/page", "request 1 -/push"));
}

}  // namespace
}  // namespace weir::rsocket
