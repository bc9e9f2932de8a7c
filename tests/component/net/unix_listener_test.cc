// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "unix_sockets.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/stream_listener.h"

namespace weir::net {
namespace {

using support::Client;
using support::connect_unix;
using support::exists;
using support::run_out;
using support::run_until;
using support::send_descriptor;
using support::TemporaryFolder;
using support::TracedDescriptor;

constexpr std::size_t kDatagramBytesMax = 65535;

int receive_buffer_of(int fd) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &length);
  return bytes;
}

class UnixListenerTest : public ::testing::Test {
 protected:
  bool wait(const std::function<bool()>& condition) { return run_until(context_, condition); }
  static base::TimePoint never() { return base::TimePoint::max(); }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "socket";
  boost::asio::io_context context_{1};
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt};
};

struct DatagramRecorder : DatagramSink {
  std::vector<std::string> datagrams;

  void on_datagrams(std::span<const std::string_view> batch, const Senders& senders,
                    base::TimePoint) override {
    EXPECT_EQ(senders.of(0), "");
    datagrams.insert(datagrams.end(), batch.begin(), batch.end());
  }
};

class UnixDatagramListener : public UnixListenerTest {
 protected:
  BoundSocket opened(std::string_view path) {
    return open_unixgram(unix_endpoint(path), "755", log_);
  }
  DatagramListener& listen(std::string_view path, const DatagramListener::Options& options = {}) {
    listener_ = std::make_unique<DatagramListener>(context_, opened(path), options, sink_, log_);
    listener_->start([this](const std::string& reason) { failure_ = reason; });
    return *listener_;
  }
  Client client() { return connect_unix(SOCK_DGRAM, path_); }

  DatagramRecorder sink_;
  std::string failure_;
  std::unique_ptr<DatagramListener> listener_;
};

TEST_F(UnixDatagramListener, DeliversDatagramsInOrder) {
  listen(path_);
  const Client sender = client();
  std::vector<std::string> sent;

  // In portions that fit any queue of the kernel.
  for (int i = 0; i < 50; ++i) {
    sent.push_back(std::string(static_cast<std::size_t>(i), 'x'));
    sender.send(sent.back());
    ASSERT_TRUE(wait([&] { return sink_.datagrams.size() == sent.size(); }));
  }

  EXPECT_EQ(sink_.datagrams, sent);
  EXPECT_EQ(listener_->stats().packets.value(), 50U);
  EXPECT_EQ(listener_->stats().bytes.value(), 50U * 49 / 2);
  EXPECT_EQ(listener_->stats().truncated.value(), 0U);
  EXPECT_EQ(listener_->local_port(), 0U);
}

TEST_F(UnixDatagramListener, ListensOnAnAbstractName) {
  const std::string name = "@" + path_;
  listen(name);

  connect_unix(SOCK_DGRAM, name).send("x");

  ASSERT_TRUE(wait([&] { return sink_.datagrams.size() == 1; }));
  listener_->stop();
  EXPECT_TRUE(run_out(context_));
}

TEST_F(UnixDatagramListener, CountsWhatItHadToCut) {
  listen(path_);
  const Client sender = client();
  const std::string longest(kDatagramBytesMax, 'x');

  sender.send(longest);
  sender.send(longest + "y");
  sender.send("short");

  ASSERT_TRUE(wait([&] { return sink_.datagrams.size() == 3; }));
  EXPECT_EQ(sink_.datagrams, (std::vector<std::string>{longest, longest, "short"}));
  EXPECT_EQ(listener_->stats().truncated.value(), 1U);
  EXPECT_EQ(listener_->stats().bytes.value(), 2 * kDatagramBytesMax + 5);
}

TEST_F(UnixDatagramListener, KeepsNoDescriptorThatIsSentAlong) {
  listen(path_);
  const Client sender = client();
  TracedDescriptor traced;
  send_descriptor(sender, traced.get());
  traced.drop();
  ASSERT_TRUE(traced.is_held());

  ASSERT_TRUE(wait([&] { return sink_.datagrams.size() == 1; }));

  EXPECT_FALSE(traced.is_held());
}

TEST_F(UnixDatagramListener, LeavesTheReceiveBufferToTheKernel) {
  const Client plain(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int usual = receive_buffer_of(plain.native_handle());

  listen(path_);

  EXPECT_EQ(receive_buffer_of(listener_->native_handle()), usual);
  EXPECT_EQ(listener_->receive_buffer_bytes(), static_cast<std::uint64_t>(usual));
}

TEST_F(UnixDatagramListener, AsksForExactlyTheReceiveBufferWanted) {
  // The kernel stores twice what was asked.
  EXPECT_EQ(listen(path_, {.receive_buffer_bytes = 100'000}).receive_buffer_bytes(), 200'000U);
}

TEST_F(UnixDatagramListener, DrainTakesWhatTheSocketHolds) {
  listen(path_);
  const Client sender = client();
  for (const char* line : {"a", "b", "c"}) sender.send(line);

  listener_->drain(never());

  EXPECT_EQ(sink_.datagrams, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(UnixDatagramListener, StopRemovesItsFileAndLeavesNothingToRun) {
  listen(path_);
  context_.poll();

  listener_->stop();

  EXPECT_FALSE(exists(path_));
  EXPECT_TRUE(run_out(context_));
}

TEST_F(UnixDatagramListener, RemovesItsFileWhenItWasNeverStopped) {
  listen(path_);

  listener_.reset();

  EXPECT_FALSE(exists(path_));
}

TEST_F(UnixDatagramListener, LeavesAFileOfItsSuccessor) {
  listen(path_);
  ::unlink(path_.c_str());
  DatagramRecorder other_sink;
  const DatagramListener successor(context_, opened(path_), {}, other_sink, log_);

  listener_->stop();

  EXPECT_TRUE(exists(path_));
}

TEST_F(UnixDatagramListener, ReportsAReadErrorThatStays) {
  DatagramListener& listener = listen(path_);
  context_.poll();
  const Client sender = client();
  // The socket goes on to report arrivals, but what the listener reads from is no socket any more.
  const int kept = ::dup(listener.native_handle());
  const TracedDescriptor pipe;
  ASSERT_GE(::dup2(pipe.get(), listener.native_handle()), 0);

  sender.send("x");

  EXPECT_TRUE(wait([&] { return !failure_.empty(); }));
  EXPECT_EQ(failure_, "read unixgram: socket operation on non-socket");
  EXPECT_FALSE(exists(path_));
  ::close(kept);
}

struct StreamRecord {
  std::vector<std::string> streams;
  int ended = 0;
};

class StreamRecorder : public StreamSink {
 public:
  explicit StreamRecorder(StreamRecord& record) : record_(record), index_(record.streams.size()) {
    record.streams.emplace_back();
  }
  void on_bytes(std::string_view bytes, base::TimePoint) override {
    record_.streams[index_] += bytes;
  }
  void on_end(base::TimePoint) override { ++record_.ended; }

 private:
  StreamRecord& record_;
  std::size_t index_;
};

class UnixStreamListener : public UnixListenerTest {
 protected:
  StreamListener& listen(std::string_view path, const StreamListener::Options& options = {}) {
    listener_ = std::make_unique<StreamListener>(
        context_, open_unixstream(unix_endpoint(path), "755", log_), options,
        [this](const Peer& peer) {
          EXPECT_EQ(peer.text(), "");
          return std::make_unique<StreamRecorder>(record_);
        },
        log_);
    listener_->start();
    return *listener_;
  }
  Client client() { return connect_unix(SOCK_STREAM, path_); }
  const StreamStats& stats() { return listener_->stats(); }

  StreamRecord record_;
  std::unique_ptr<StreamListener> listener_;
};

TEST_F(UnixStreamListener, HandsOnEachStreamAndItsEnd) {
  listen(path_);
  Client first = client();
  Client second = client();

  first.send("first");
  second.send("second");
  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 11; }));
  first.close();
  second.close();

  ASSERT_TRUE(wait([&] { return record_.ended == 2; }));
  EXPECT_EQ(record_.streams, (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(stats().connections.value(), 2U);
  EXPECT_EQ(stats().errors.value(), 0U);
  EXPECT_EQ(listener_->local_port(), 0U);
}

TEST_F(UnixStreamListener, ListensOnAnAbstractName) {
  const std::string name = "@" + path_;
  listen(name);

  connect_unix(SOCK_STREAM, name).send("x");

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(record_.streams, std::vector<std::string>{"x"});
}

TEST_F(UnixStreamListener, ClosesConnectionsAboveTheLimitAtOnce) {
  listen(path_, {.connections_max = 1});
  const Client first = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  Client second = client();

  ASSERT_TRUE(wait([&] { return second.is_closed_by_peer(); }));
  EXPECT_EQ(stats().refused.value(), 1U);
  first.send("x");
  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 1; }));
}

TEST_F(UnixStreamListener, ClosesSilentConnections) {
  listen(path_, {.idle_timeout = std::chrono::milliseconds(30)});
  Client silent = client();

  ASSERT_TRUE(wait([&] { return silent.is_closed_by_peer(); }));

  EXPECT_EQ(stats().idle_closed.value(), 1U);
  EXPECT_EQ(record_.ended, 1);
}

TEST_F(UnixStreamListener, KeepsNoDescriptorThatIsSentAlong) {
  listen(path_);
  const Client sender = client();
  TracedDescriptor traced;
  send_descriptor(sender, traced.get());
  traced.drop();
  ASSERT_TRUE(traced.is_held());

  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 1; }));

  EXPECT_FALSE(traced.is_held());
}

TEST_F(UnixStreamListener, StopTakesWhatTheSocketsHoldAndRemovesItsFile) {
  listen(path_);
  const Client open = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));
  open.send("held");
  const Client backlog = client();
  backlog.send("not yet accepted");

  listener_->stop(never());

  EXPECT_EQ(record_.streams, (std::vector<std::string>{"held", "not yet accepted"}));
  EXPECT_FALSE(exists(path_));
  EXPECT_TRUE(run_out(context_));
}

TEST_F(UnixStreamListener, RemovesItsFileWhenItWasNeverStopped) {
  listen(path_);

  listener_.reset();

  EXPECT_FALSE(exists(path_));
}

}  // namespace
}  // namespace weir::net
