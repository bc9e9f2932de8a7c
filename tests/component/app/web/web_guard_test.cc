// SPDX-License-Identifier: Apache-2.0
#include "app/web/web_guard.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "loopback.h"
#include "weir/http/server.h"

namespace weir::app {
namespace {

namespace fs = std::filesystem;
using support::Client;

// The user `a` with the password `test password`, and one whose check takes longer than any test.
constexpr std::string_view kConfig =
    "basic_auth_users:\n"
    "  a: $2b$04$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW\n"
    "  dear: $2b$31$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW\n";
constexpr std::string_view kRight = "Basic YTp0ZXN0IHBhc3N3b3Jk";
constexpr std::string_view kOfDear = "Basic ZGVhcjp4";

std::string request(std::string_view path, std::string_view authorization) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nAuthorization: " + std::string(authorization) + "\r\n\r\n";
}

class WebGuardTest : public ::testing::Test {
 protected:
  WebGuardTest() {
    std::ofstream(folder_ / "web.yml") << kConfig;
    router_.route("/throw", [](const http::Request& /*request*/) -> http::Response {
      throw std::runtime_error("handler");
    });
    router_.route("/count", [this](const http::Request& asked) {
      ++count_;
      return http::text_response(200, asked.path + "\n");
    });
    guard_ = std::make_unique<WebGuard>((folder_ / "web.yml").string(), context_, router_, log_);
    std::vector<net::BoundSocket> sockets;
    sockets.push_back(net::open_tcp(net::web_endpoint("127.0.0.1:0"), net::PortSharing::Exclusive));
    server_ = std::make_unique<http::Server>(context_, std::move(sockets), router_, http::Limits{},
                                             log_, guard_->protection());
    server_->start();
  }
  ~WebGuardTest() override { fs::remove_all(folder_); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "weir-guard-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  Client connect() { return {SOCK_STREAM, server_->local_ports().front()}; }
  // The head and the body, up to `end`.
  std::string answer(Client& client, std::string_view end) {
    std::string received;
    EXPECT_TRUE(support::run_until(context_, [&] {
      client.receive(received);
      return received.ends_with(end);
    })) << received;
    return received;
  }

  fs::path folder_ = make_folder();
  boost::asio::io_context context_{1};
  const base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, -1};
  http::Router router_;
  int count_ = 0;
  std::unique_ptr<WebGuard> guard_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(WebGuardTest, RunsARouteOnceItsPasswordIsFoundRight) {
  Client client = connect();
  client.send(request("/count", kRight));

  EXPECT_TRUE(answer(client, "/count\n").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(count_, 1);
}

TEST_F(WebGuardTest, AnswersARouteThatFailsAfterACheckWith500) {
  // The first one waits for the check, the second is known.
  for (int i = 0; i < 2; ++i) {
    Client client = connect();
    client.send(request("/throw", kRight));
    EXPECT_TRUE(answer(client, "Internal Server Error\n").starts_with("HTTP/1.1 500 "));
  }

  Client client = connect();
  client.send(request("/count", kRight));
  EXPECT_TRUE(answer(client, "/count\n").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(WebGuardTest, RunsNoRouteForAClientThatHasGone) {
  {
    Client gone = connect();
    gone.send(request("/count", kRight));
    ASSERT_TRUE(
        support::run_until(context_, [&] { return server_->stats().requests.value() == 1; }));
    gone.reset();
  }
  ASSERT_TRUE(support::run_until(context_, [&] { return server_->stats().open.load() == 0; }));
  const int before = count_;

  Client client = connect();
  client.send(request("/count", kRight));
  answer(client, "/count\n");
  EXPECT_EQ(count_, before + 1);
}

TEST_F(WebGuardTest, RefusesWhatWouldWaitTooLong) {
  std::vector<Client> waiting;
  for (std::size_t i = 0; i < webconfig::PasswordChecker::kWaitingMax; ++i) {
    // `dear:` and another byte each.
    const std::string password(1, static_cast<char>('A' + i));
    waiting.push_back(connect());
    waiting.back().send(request("/count", "Basic ZGVhcjp" + password));
  }
  ASSERT_TRUE(support::run_until(
      context_, [&] { return server_->stats().requests.value() == waiting.size(); }));
  Client refused = connect();
  refused.send(request("/count", kOfDear));

  EXPECT_TRUE(answer(refused, "checked now\n").starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(guard_->denied().busy.value(), 1U);
  EXPECT_EQ(count_, 0);
}

}  // namespace
}  // namespace weir::app
