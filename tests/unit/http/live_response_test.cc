// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/response_writer.h"

namespace weir::http {
namespace {

std::string body_of(std::string_view bytes) {
  return std::string(bytes.substr(bytes.find("\r\n\r\n") + 4));
}

// Has what the test puts there.
class Live : public ChunkSource {
 public:
  struct State {
    std::string ready;
    bool has_more = true;
  };
  explicit Live(State& state) : state_(state) {}
  bool next(std::string& chunk) override {
    chunk += std::exchange(state_.ready, {});
    return state_.has_more;
  }
  [[nodiscard]] std::chrono::milliseconds poll_interval() const override {
    return std::chrono::milliseconds(100);
  }

 private:
  State& state_;
};

ResponseWriter live_writer(Live::State& state, const ResponseTerms& terms) {
  Response response;
  response.chunks = std::make_unique<Live>(state);
  return {std::move(response), terms, std::time_t{0}};
}

TEST(LiveResponse, SendsWhatALiveSourceHasAtOnce) {
  Live::State state;
  auto writer = live_writer(state, {});
  EXPECT_EQ(writer.poll_interval(), std::chrono::milliseconds(100));
  EXPECT_TRUE(writer.bytes().ends_with("\r\nTransfer-Encoding: chunked\r\n\r\n"));

  writer.advance();
  EXPECT_EQ(writer.bytes(), "");
  EXPECT_FALSE(writer.is_complete());

  state.ready = "a";
  writer.advance();
  EXPECT_EQ(writer.bytes(), "1\r\na\r\n");

  state.has_more = false;
  writer.advance();
  EXPECT_EQ(writer.bytes(), "0\r\n\r\n");
  writer.advance();
  EXPECT_TRUE(writer.is_complete());
}

TEST(LiveResponse, EndsALiveBodyOfAnOldClientWithTheConnection) {
  Live::State state;
  state.ready = "a";
  auto writer = live_writer(state, {.version = Version::Http10});

  EXPECT_EQ(body_of(writer.bytes()), "a");
  EXPECT_FALSE(writer.keeps_alive());
}

TEST(LiveResponse, SendsABareHeadForALiveBody) {
  Live::State state;
  auto writer = live_writer(state, {.is_head = true});

  EXPECT_EQ(body_of(writer.bytes()), "");
  writer.advance();
  EXPECT_TRUE(writer.is_complete());
}

TEST(LiveResponse, MeasuresALiveBodyThatEndsAtOnce) {
  Live::State state{.ready = "a", .has_more = false};
  auto writer = live_writer(state, {});

  EXPECT_NE(writer.bytes().find("Content-Length: 1\r\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::http
