// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "foreign_socket.h"
#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;

TEST_F(ServerTest, AnswersARequest) {
  start();
  Client client = connect();

  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(client, "GET /a\n"));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has_received("\r\nDate: "));
  EXPECT_TRUE(has_received("\r\nContent-Length: 7\r\n"));
  EXPECT_FALSE(has_received("Server:"));
  EXPECT_EQ(stats().requests.value(), 1U);
  EXPECT_EQ(stats().open.load(), 1U);
}

TEST_F(ServerTest, ServesASocketThatItsOwnerOpened) {
  take_over(support::foreign_socket(SOCK_STREAM));
  Client client = connect();

  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(receive(client, "GET /a\n"));
}

TEST_F(ServerTest, ServesSeveralRequestsOnOneConnection) {
  start();
  Client client = connect();

  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(receive(client, "GET /1\n"));
  client.send("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_TRUE(receive(client, "POST /2\n"));

  EXPECT_EQ(stats().requests.value(), 2U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  Client client = connect();

  client.send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  const std::size_t first = received_.find("GET /1\n");
  const std::size_t second = received_.find("GET /2\n");
  const std::size_t third = received_.find("GET /3\n");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
  EXPECT_TRUE(has_received("Connection: close\r\n"));
}

TEST_F(ServerTest, ClosesAfterAnOldClientsRequest) {
  start();
  Client client = connect();

  client.send("GET /a HTTP/1.0\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.0 200 OK\r\n"));
  EXPECT_TRUE(received_.ends_with("GET /a\n"));
}

TEST_F(ServerTest, SendsHeadWithoutABody) {
  start();
  Client client = connect();

  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(client, "GET /b\n"));
  EXPECT_TRUE(has_received("Content-Length: 8\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, CompressesWhenBothSidesAllow) {
  start();
  Client client = connect();
  const std::string fields = " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n";

  client.send("GET /compressible" + fields);
  ASSERT_TRUE(wait([&] {
    client.receive(received_);
    return has_received("\r\n\r\n\x1f\x8b");
  }));
  EXPECT_TRUE(has_received("Content-Encoding: gzip\r\n"));
  received_.clear();
  client.send("GET /other" + fields);

  ASSERT_TRUE(receive(client, "GET /other\n"));
  EXPECT_FALSE(has_received("Content-Encoding"));
}

TEST_F(ServerTest, CompressesAsTheClientPrefers) {
  start();
  Client client = connect();

  client.send(
      "GET /compressible HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0.5\r\n"
      "Accept-Encoding: zstd;q=0.8\r\n\r\n");

  ASSERT_TRUE(wait([&] {
    client.receive(received_);
    return has_received("\r\n\r\n\x28\xb5\x2f\xfd");
  }));
  EXPECT_TRUE(has_received("Vary: Accept-Encoding\r\n"));
  EXPECT_TRUE(has_received("Content-Encoding: zstd\r\n"));
}

TEST_F(ServerTest, StreamsALongBody) {
  start();
  stream_.pieces_left = 100;
  Client client = connect();

  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(client, "\r\n0\r\n\r\n"));
  EXPECT_TRUE(has_received("Transfer-Encoding: chunked\r\n"));
  EXPECT_GT(received_.size(), 100U * kPieceBytes);
  EXPECT_TRUE(wait([&] { return stream_.is_gone; }));
}

TEST_F(ServerTest, MakesNoMoreThanTheClientTakes) {
  start();
  Client client = connect();

  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));
  // Whatever the kernel's buffers hold, they are full long before that.
  for (int i = 0; i < 5000; ++i) context_.poll_one();

  EXPECT_LT(stream_.pieces_made, 1000);
  EXPECT_FALSE(stream_.is_gone);
}

TEST_F(ServerTest, ServesOthersWhileABodyIsSlowToCome) {
  start();
  Client slow = connect();
  slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([this] { return slow_.calls_left < 999'000; }));
  Client other = connect();
  other.send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(other, "GET /other\n"));
  EXPECT_GT(slow_.calls_left, 0);
  received_.clear();
  slow_.is_done = true;

  EXPECT_TRUE(receive(slow, "Content-Length: 4\r\n\r\nlate"));
}

TEST_F(ServerTest, BreaksOffABodyThatIsSlowToComeAtTheDeadlineOfAStop) {
  Server& server = start();
  Client client = connect();
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([this] { return slow_.calls_left < 999'000; }));

  server.stop(base::Clock::now());

  EXPECT_TRUE(receive_end(client));
  EXPECT_GT(slow_.calls_left, 0);
}

TEST_F(ServerTest, DropsTheBodyOfAClientThatHasGone) {
  start();
  Client client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));

  client.reset();

  EXPECT_TRUE(wait([&] { return stream_.is_gone; }));
  EXPECT_TRUE(wait([&] { return stats().open.load() == 0; }));
}

TEST_F(ServerTest, BreaksOffWhenTheSourceFails) {
  start();
  Client client = connect();
  client.send("GET /stream HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));

  stream_.throws_next = true;

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(client.has_reset());
}

TEST_F(ServerTest, AnswersAFailingHandlerWith500) {
  start();
  Client client = connect();

  client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(ServerTest, OutlivesATlsSessionThatCannotBeMade) {
  int asked = 0;
  protection_.tls = [&asked]() -> std::shared_ptr<const tls::ServerContext> {
    if (asked++ > 0) return nullptr;
    throw std::bad_alloc();
  };
  start();
  for (int i = 1; i <= 2; ++i) {
    Client refused = connect();
    ASSERT_TRUE(wait([&] { return refused.is_closed_by_peer(); }));
    EXPECT_EQ(asked, i);
  }
  EXPECT_EQ(stats().accept_errors.value(), 1U);
  EXPECT_EQ(stats().open.load(), 0U);
}

TEST_F(ServerTest, AnswersASourceThatFailsAtOnceWith500) {
  start();
  stream_.throws_next = true;
  Client client = connect();

  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(ServerTest, AnswersBadRequestsAndCloses) {
  start();
  struct {
    const char* request;
    const char* status;
  } const cases[] = {
      {"garbage\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
  };
  for (const auto& each : cases) {
    received_.clear();
    Client client = connect();

    client.send(each.request);

    ASSERT_TRUE(receive_end(client)) << each.request;
    EXPECT_TRUE(received_.starts_with(each.status)) << received_;
    EXPECT_TRUE(has_received("Connection: close\r\n"));
  }
}

}  // namespace
}  // namespace weir::http
