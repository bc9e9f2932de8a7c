// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/session.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tls_client.h"

namespace weir::tls {
namespace {

using support::Authority;
using support::Issued;

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    const Issued server =
        authority_.issue({.name = "server", .alternative_names = "DNS:localhost"});
    settings_.certificate = server.certificate;
    settings_.key = server.key;
    rules_.trusted = authority_.certificate();
  }
  // A new connection; what its handshake comes to.
  Step connect() {
    sockets_ = std::make_unique<SocketPair>();
    session_ = std::make_unique<Session>(std::make_shared<const ServerContext>(settings_),
                                         sockets_->server());
    client_ = std::make_unique<TlsClient>(rules_, sockets_->client());
    return shake_hands(*session_, *client_);
  }
  // Why a client with `identity` is refused; nothing when it is let in.
  std::optional<std::string> refusal(const Issued& identity) {
    rules_.identity = identity;
    if (connect() == Step::Done) return std::nullopt;
    EXPECT_EQ(session_->failure(), HandshakeFailure::Certificate);
    return session_->failure_text();
  }

  Authority authority_{"ca"};
  Settings settings_;
  ClientRules rules_;
  std::unique_ptr<SocketPair> sockets_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<TlsClient> client_;
};

TEST_F(SessionTest, SpeaksEachVersionItIsGiven) {
  for (const auto& [version, name] :
       {std::pair(TLS1_2_VERSION, "TLSv1.2"), {TLS1_3_VERSION, "TLSv1.3"}}) {
    rules_.min_version = rules_.max_version = version;
    ASSERT_EQ(connect(), Step::Done);
    EXPECT_EQ(client_->version(), name);
  }
  settings_.min_version = Version::Tls13;
  rules_.min_version = rules_.max_version = TLS1_2_VERSION;
  EXPECT_EQ(connect(), Step::Failed);
  EXPECT_EQ(session_->failure(), HandshakeFailure::Other);
}

TEST_F(SessionTest, RefusesOldVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    rules_.min_version = rules_.max_version = version;
    EXPECT_EQ(connect(), Step::Failed);
    EXPECT_EQ(session_->failure(), HandshakeFailure::Other);
    EXPECT_EQ(session_->failure_text(), "unsupported protocol");
  }
}

TEST_F(SessionTest, CarriesBytesBothWaysAndTheEnd) {
  ASSERT_EQ(connect(), Step::Done);
  std::array<char, 100> buffer;
  EXPECT_EQ(session_->read(buffer).step, Step::WantRead);

  ASSERT_TRUE(client_->write("abc"));
  const auto [step, size] = session_->read(buffer);
  EXPECT_EQ(step, Step::Done);
  EXPECT_EQ(std::string(buffer.data(), size), "abc");

  EXPECT_EQ(session_->write("defg").bytes, 4U);
  EXPECT_EQ(client_->read(), "defg");
  client_->end();
  EXPECT_EQ(session_->read(buffer).step, Step::Ended);
  session_->end();
  EXPECT_TRUE(client_->sees_end());
}

TEST_F(SessionTest, WritesAsMuchAsTheSocketTakes) {
  ASSERT_EQ(connect(), Step::Done);
  const std::string much(1'000'000, 'x');

  std::size_t written = 0;
  Session::Transfer last{Step::Done};
  while (written < 100 * much.size() && last.step == Step::Done) {
    last = session_->write(much);
    written += last.bytes;
  }
  EXPECT_EQ(last.step, Step::WantWrite);
  std::size_t received = 0;
  while (received < written) {
    const std::string piece = client_->read();
    ASSERT_FALSE(piece.empty());
    received += piece.size();
  }
  EXPECT_EQ(session_->write(much).step, Step::Done);
}

TEST_F(SessionTest, SendsItsChain) {
  const Authority between("between", &authority_);
  const Issued leaf = between.issue({});
  settings_.key = leaf.key;
  settings_.certificate = leaf.certificate + between.certificate();
  EXPECT_EQ(connect(), Step::Done);

  settings_.certificate = leaf.certificate;
  EXPECT_EQ(connect(), Step::Failed);
  EXPECT_EQ(session_->failure(), HandshakeFailure::Other);
}

TEST_F(SessionTest, NoticesAClientThatSpeaksNoTls) {
  sockets_ = std::make_unique<SocketPair>();
  Session session(std::make_shared<const ServerContext>(settings_), sockets_->server());
  EXPECT_EQ(session.handshake(), Step::WantRead);
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  ASSERT_GT(::send(sockets_->client(), request.data(), request.size(), MSG_NOSIGNAL), 0);

  EXPECT_EQ(session.handshake(), Step::Failed);
  EXPECT_EQ(session.failure(), HandshakeFailure::Plain);
}

TEST_F(SessionTest, NoticesAClientThatGoesAway) {
  sockets_ = std::make_unique<SocketPair>();
  Session session(std::make_shared<const ServerContext>(settings_), sockets_->server());
  ::shutdown(sockets_->client(), SHUT_RDWR);

  EXPECT_EQ(session.handshake(), Step::Failed);
  EXPECT_EQ(session.failure(), HandshakeFailure::Other);
  EXPECT_FALSE(session.failure_text().empty());
}

TEST_F(SessionTest, AsksClientsForCertificatesByEachKind) {
  const Authority stranger("stranger");
  const Issued good = authority_.issue({});
  const Issued foreign = stranger.issue({});
  const auto verdicts = [&] {
    return std::vector<bool>{!refusal({}), !refusal(good), !refusal(foreign)};
  };
  using Verdicts = std::vector<bool>;

  EXPECT_EQ(verdicts(), (Verdicts{true, true, true}));
  settings_.client_auth = ClientAuth::Request;
  EXPECT_EQ(verdicts(), (Verdicts{true, true, true}));
  settings_.client_auth = ClientAuth::RequireAny;
  EXPECT_EQ(verdicts(), (Verdicts{false, true, true}));
  settings_.client_ca = authority_.certificate();
  settings_.client_auth = ClientAuth::VerifyIfGiven;
  EXPECT_EQ(verdicts(), (Verdicts{true, true, false}));
  settings_.client_auth = ClientAuth::RequireAndVerify;
  EXPECT_EQ(verdicts(), (Verdicts{false, true, false}));
  // In TLS 1.2, too, where the client hears of it within the handshake.
  rules_.max_version = TLS1_2_VERSION;
  EXPECT_EQ(verdicts(), (Verdicts{false, true, false}));
}

TEST_F(SessionTest, RefusesCertificatesOutOfTheirTime) {
  settings_.client_auth = ClientAuth::RequireAndVerify;
  settings_.client_ca = authority_.certificate();

  EXPECT_EQ(refusal(authority_.issue({.valid_from = -7200, .valid_until = -3600})),
            "certificate has expired");
  EXPECT_EQ(refusal(authority_.issue({.valid_from = 3600, .valid_until = 7200})),
            "certificate is not yet valid");
  EXPECT_EQ(refusal(authority_.issue({})), std::nullopt);
}

// Of the same name, with another key.
TEST_F(SessionTest, RefusesAnAuthorityThatOnlyHasTheName) {
  settings_.client_auth = ClientAuth::RequireAndVerify;
  settings_.client_ca = authority_.certificate();

  EXPECT_NE(refusal(Authority("ca").issue({})), std::nullopt);
}

TEST_F(SessionTest, TakesAClientsOwnCertificateAsItsAuthority) {
  const Issued client = authority_.issue({});
  settings_.client_auth = ClientAuth::RequireAndVerify;
  settings_.client_ca = client.certificate;

  EXPECT_EQ(refusal(client), std::nullopt);
  EXPECT_NE(refusal(authority_.issue({})), std::nullopt);
}

TEST_F(SessionTest, AsksForOneOfTheNames) {
  settings_.client_auth = ClientAuth::RequireAndVerify;
  settings_.client_ca = authority_.certificate();
  settings_.client_allowed_sans = std::vector<std::string>{"a.example", "10.0.0.1"};

  EXPECT_EQ(refusal(authority_.issue({.alternative_names = "DNS:x,DNS:a.example"})), std::nullopt);
  EXPECT_EQ(refusal(authority_.issue({.alternative_names = "IP:10.0.0.1"})), std::nullopt);
  EXPECT_NE(refusal(authority_.issue({.alternative_names = "DNS:b.a.example"})), std::nullopt);
  EXPECT_NE(refusal(authority_.issue({.name = "a.example"})), std::nullopt);
  // A name does not make a certificate good.
  EXPECT_NE(refusal(Authority("x").issue({.alternative_names = "DNS:a.example"})), std::nullopt);
  settings_.client_allowed_sans->clear();
  EXPECT_NE(refusal(authority_.issue({.alternative_names = "DNS:a.example"})), std::nullopt);
}

TEST_F(SessionTest, AsksForAnameEvenOfClientsThatNeedNoCertificate) {
  settings_.client_auth = ClientAuth::Request;
  settings_.client_allowed_sans = std::vector<std::string>{"a"};

  EXPECT_EQ(refusal({}), "the client has no certificate");
  EXPECT_NE(refusal(authority_.issue({.alternative_names = "DNS:b"})), std::nullopt);
  EXPECT_EQ(refusal(authority_.issue({.alternative_names = "DNS:a"})), std::nullopt);
}

}  // namespace
}  // namespace weir::tls
