// SPDX-License-Identifier: Apache-2.0
// Whatever bytes come on a connection of RSocket, it goes on or ends for a reason, holds no more
// than its limits say, and sends frames that can be read, of which none is longer than what it was
// sent asks for. The first byte says which end of the connection reads the rest, and in which
// pieces it comes.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "weir/rsocket/connection.h"
#include "weir/rsocket/frame_splitter.h"

namespace {

using namespace weir::rsocket;

constexpr std::size_t kFrameMax = 4096;
constexpr std::size_t kPayloadMax = 1024;
constexpr std::size_t kSentMax = Connection::kKeepAliveBytesMax + 256;

// Answers every other request, and asks whenever it is told something.
class Peer final : public ConnectionHandler {
 public:
  explicit Peer(Role role, weir::base::TimePoint now)
      : connection(role, {.payload_bytes_max = kPayloadMax}, *this, now) {}

  void on_ready() override {
    is_ready_ = true;
    ask();
  }
  void on_request(std::uint32_t stream, Interaction interaction, const Payload& payload) override {
    assert(is_ready_ && stream != 0);
    assert(payload.data.size() <= kFrameMax);
    if (interaction == Interaction::RequestResponse && stream % 4 < 2)
      connection.answer(stream, {});
    ask();
  }
  void on_answer(std::uint32_t stream, const Payload& /*payload*/) override {
    assert(asked_.erase(stream) == 1);
  }
  void on_failure(std::uint32_t stream, std::string_view /*text*/) override {
    assert(asked_.erase(stream) == 1);
  }
  void give_up_one() {
    if (asked_.empty()) return;
    connection.cancel(*asked_.begin());
    asked_.erase(asked_.begin());
  }

  Connection connection;

 private:
  void ask() {
    if (asked_.size() < 4) asked_.insert(connection.request({std::nullopt, kPlain}));
  }

  static constexpr std::string_view kPlain = "plaintext";
  bool is_ready_ = false;
  std::set<std::uint32_t> asked_;
};

void check_output(Connection& connection) {
  for (const std::string& frame : connection.output()) {
    assert(parse_frame(frame));
    assert(frame.size() <= kSentMax);
  }
  connection.output().clear();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  weir::base::TimePoint now{};
  Peer peer(data[0] % 2 == 0 ? Role::Server : Role::Client, now);
  peer.connection.start();
  FrameSplitter splitter(kFrameMax);
  const std::size_t step = data[0] / 2 + 1U;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (std::size_t at = 0; at < bytes.size() && !splitter.is_broken(); at += step) {
    splitter.append(std::string_view(bytes).substr(at, step));
    while (const auto frame = splitter.next()) {
      peer.connection.on_frame(std::string(*frame), now);
      check_output(peer.connection);
      assert(peer.connection.held_bytes() <= kPayloadMax);
    }
    assert(splitter.is_broken() || splitter.buffered_bytes() <= kFrameMax + 3 + step);
    now += std::chrono::seconds(1);
    peer.connection.tick(now);
    if (now.time_since_epoch().count() % 3 == 0) peer.give_up_one();
  }
  return 0;
}
