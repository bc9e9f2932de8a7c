// SPDX-License-Identifier: Apache-2.0
#include "app/tap/worker_taps.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using namespace std::chrono_literals;

struct NoRefusals : pipeline::RefusalSink {
  bool wants(pipeline::RefusalReason) override { return false; }
  void on_refusal(const pipeline::Refusal&) override { FAIL(); }
};

struct Here : OriginSource {
  [[nodiscard]] Origin origin_of(std::string_view) const override {
    return {"tcp", {"sender", "10.0.0.1:4000"}};
  }
};

class WorkerTapsTest : public ::testing::Test {
 protected:
  std::shared_ptr<TapChannel> open(TapRequest request, std::size_t ring_bytes = 65'536) {
    auto channel = std::make_shared<TapChannel>(
        std::make_shared<const TapRequest>(std::move(request)), ring_bytes);
    taps_.open(channel, ledger_);
    return channel;
  }
  std::shared_ptr<TapChannel> open_tail(TapFilter::Wanted wanted = {}, double rate = 1000) {
    TapRequest request;
    request.filter.emplace(std::move(wanted), statsd::Dialects{});
    request.lines_per_second = rate;
    return open(std::move(request));
  }
  // As the pipeline does: it counts the lines before the taps see the datagrams.
  void receive(const std::vector<std::string_view>& datagrams) {
    taps_.begin_batch(here_, now_);
    for (const auto datagram : datagrams) {
      ledger_.lines.add(1 + static_cast<std::uint64_t>(std::ranges::count(datagram, '\n')));
    }
    taps_.on_datagrams(datagrams, net::Senders(), ListenerKind::Udp, {});
  }
  // The bytes of all records, each with a semicolon.
  static std::string seen(TapChannel& channel) {
    std::string bytes;
    while (const auto text = channel.ring.front()) {
      bytes += std::string(read_tap_record(*text).bytes) + ';';
      channel.ring.pop();
    }
    return bytes;
  }
  bool refuse(std::string_view line) {
    const pipeline::RefusalReason reason = statsd::Rejection::MalformedLine;
    if (!taps_.wants(reason)) return false;
    taps_.on_refusal({.reason = reason, .line = line, .part = {}, .event = {}});
    return true;
  }

  NoRefusals no_refusals_;
  Here here_;
  pipeline::Ledger ledger_{10};
  base::TimePoint now_ = base::TimePoint{} + 1h;
  WorkerTaps taps_{no_refusals_};
};

TEST_F(WorkerTapsTest, ShowsATailEverythingWithinItsRate) {
  const auto tail = open_tail();
  EXPECT_TRUE(tail->is_open);

  receive({"a:1|c", "b:1|c\nc:1|c"});

  EXPECT_EQ(seen(*tail), "a:1|c;b:1|c\nc:1|c;");
  EXPECT_EQ(tail->lost.value(), 0U);
}

TEST_F(WorkerTapsTest, CountsTheLinesThatATailLeavesOut) {
  const auto tail = open_tail({}, 2);

  receive({"a:1|c", "b:1|c", "c:1|c\nd:1|c", "e:1|c"});
  receive({"f:1|c", "g:1|c\n"});
  EXPECT_EQ(seen(*tail), "a:1|c;b:1|c;");
  EXPECT_EQ(tail->lost.value(), 6U);

  now_ += 1s;
  receive({"h:1|c"});
  EXPECT_EQ(seen(*tail), "h:1|c;");
  EXPECT_EQ(tail->lost.value(), 6U);
}

TEST_F(WorkerTapsTest, LooksForWhatAFilterWants) {
  const auto tail = open_tail({.name = "b.*", .tag = {}, .sender = {}});

  receive({"a:1|c", "x:1|c\nb.c:1|c", "b:1|c"});

  EXPECT_EQ(seen(*tail), "x:1|c\nb.c:1|c;");
  EXPECT_EQ(tail->lost.value(), 0U);
}

TEST_F(WorkerTapsTest, LooksThroughABoundedPartOfADenseStream) {
  const auto tail = open_tail({.name = "wanted", .tag = {}, .sender = {}});
  const std::string datagram(60'000, 'x');

  for (int i = 0; i < 1000; ++i) receive({datagram});
  receive({"wanted:1|c"});

  // 8 MB, and what was begun.
  EXPECT_GT(tail->lost.value(), 800U);
  EXPECT_LT(tail->lost.value(), 900U);
  EXPECT_EQ(seen(*tail), "");
  now_ += 2s;
  receive({"wanted:1|c"});
  EXPECT_EQ(seen(*tail), "wanted:1|c;");
}

TEST_F(WorkerTapsTest, CountsWhatACaptureHasNoRoomFor) {
  TapRequest request;
  request.kind = TapKind::Capture;
  const auto capture = open(request, 4096);

  for (int i = 0; i < 100; ++i) receive({std::string(90, 'x')});

  const std::string kept = seen(*capture);
  EXPECT_EQ(kept.size() / 91 + capture->lost.value(), 100U);
  EXPECT_GT(kept.size(), 1000U);
  receive({"a:1|c"});
  EXPECT_EQ(seen(*capture), "a:1|c;");
}

TEST_F(WorkerTapsTest, WantsSendersOnlyForWhatItLooksAt) {
  EXPECT_FALSE(taps_.wants_senders());
  const auto tail = open_tail({}, 1);
  EXPECT_TRUE(taps_.wants_senders());

  receive({"a:1|c", "b:1|c"});
  EXPECT_FALSE(taps_.wants_senders());
  now_ += 2s;
  receive({});
  EXPECT_TRUE(taps_.wants_senders());

  taps_.close(*tail);
  EXPECT_FALSE(taps_.wants_senders());
}

TEST_F(WorkerTapsTest, ShowsLinesOfStreams) {
  const auto tail = open_tail();
  {
    const WorkerTaps::StreamBatch batch(taps_, ListenerKind::Tcp, net::Peer(), {}, now_);
    batch.take("a:1|c");
    ledger_.lines.add(2);
    batch.take("b:1|c");
  }

  EXPECT_EQ(seen(*tail), "a:1|c;b:1|c;");
  EXPECT_EQ(tail->lost.value(), 0U);
}

TEST_F(WorkerTapsTest, ShowsOnlyWhatIsRefusedWhereThatIsWanted) {
  EXPECT_FALSE(refuse("bad"));
  TapRequest request;
  request.filter.emplace(TapFilter::Wanted{.name = "ba*", .tag = {}, .sender = {}},
                         statsd::Dialects{});
  request.wants_refused = true;
  request.lines_per_second = 2;
  const auto tail = open(request);
  receive({"good:1|c"});

  EXPECT_TRUE(refuse("bad"));
  EXPECT_TRUE(refuse("other"));
  EXPECT_TRUE(refuse("bad too"));
  EXPECT_FALSE(refuse("bad as well"));

  const auto text = tail->ring.front();
  ASSERT_TRUE(text);
  const auto record = read_tap_record(*text);
  EXPECT_EQ(record.reason, "malformed_line");
  EXPECT_EQ(record.kind, ListenerKind::Tcp);
  EXPECT_EQ(record.sender_text(), "10.0.0.1:4000");
  EXPECT_EQ(seen(*tail), "bad;bad too;");
  EXPECT_EQ(tail->lost.value(), 1U);
}

TEST_F(WorkerTapsTest, SeesNothingAfterItIsClosed) {
  const auto tail = open_tail();
  const auto other = open_tail();
  taps_.close(*tail);

  receive({"a:1|c"});

  EXPECT_EQ(seen(*tail), "");
  EXPECT_EQ(seen(*other), "a:1|c;");
}

TEST_F(WorkerTapsTest, ShowsLinesOfOtherProtocolsAndCountsThoseItLeavesOut) {
  const auto tail = open_tail({}, 2);
  {
    const WorkerTaps::StreamBatch batch(taps_, ListenerKind::InfluxHttp, net::Peer(), {}, now_);
    for (const std::string_view line : {"a v=1", "b v=\"x\ny\"", "c v=1"}) batch.take(line);
  }
  const auto text = tail->ring.front();
  ASSERT_TRUE(text);
  EXPECT_EQ(read_tap_record(*text).kind, ListenerKind::InfluxHttp);
  EXPECT_EQ(seen(*tail), "a v=1;b v=\"x\ny\";");
  EXPECT_EQ(tail->lost.value(), 1U);
  // They are not StatsD's.
  now_ += 10s;
  receive({"d:1|c"});
  EXPECT_EQ(tail->lost.value(), 1U);
}

TEST_F(WorkerTapsTest, LooksForWhatLinesOfOtherProtocolsHave) {
  const auto tail = open_tail({.name = "cpu_idle", .tag = {}, .sender = {}});
  const WorkerTaps::StreamBatch batch(taps_, ListenerKind::InfluxHttp, net::Peer(), {}, now_);
  for (const std::string_view line : {"cpu idle=1", "mem free=1"}) batch.take(line);

  EXPECT_EQ(seen(*tail), "cpu idle=1;");
}

}  // namespace
}  // namespace weir::app
