// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <sys/inotify.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "unix_sockets.h"
#include "weir/net/open_socket.h"

namespace weir::net {
namespace {

using support::bound_socket;
using support::exists;
using support::leave_stale_socket;
using support::mode_of;
using support::TemporaryFolder;
using support::Umask;

// Both kinds of socket obey the same rules.
struct Kind {
  const char* name;
  int type;
  const char* network;
  BoundSocket (*open)(const Endpoint&, std::string_view, const base::Log&);
};
std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }

class UnixSocket : public ::testing::TestWithParam<Kind> {
 protected:
  UnixSocket() : log_file_(::open((folder_ / "log").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  ~UnixSocket() override { ::close(log_file_); }

  BoundSocket open(std::string_view path, std::string_view mode = "755") {
    return GetParam().open(unix_endpoint(path), mode, log_);
  }
  std::string message_of_opening(std::string_view path) {
    try {
      open(path);
      return "no error";
    } catch (const SocketExists& error) {
      return std::string("exists: ") + error.what();
    } catch (const ListenError& error) {
      return error.what();
    }
  }
  std::string logged() {
    std::array<char, 4096> text{};
    const ssize_t size = ::pread(log_file_, text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(size)};
  }

  TemporaryFolder folder_;
  int log_file_;
  base::Log log_{base::LogLevel::Info, base::LogFormat::Logfmt, log_file_};
  std::string path_ = folder_ / "socket";
};

TEST_P(UnixSocket, HasTheModeAskedForWhateverTheUmask) {
  const Umask strict(0777);

  const BoundSocket socket = open(path_, "622");

  EXPECT_EQ(mode_of(path_), 0622U);
  EXPECT_EQ(logged(), "");
}

TEST_P(UnixSocket, TakesNineBitsOfTheMode) {
  const BoundSocket socket = open(path_, "4707");

  EXPECT_EQ(mode_of(path_), 0707U);
}

TEST_P(UnixSocket, ReadsAnEmptyModeAsZero) {
  const BoundSocket socket = open(path_, "");

  EXPECT_EQ(mode_of(path_), 0U);
}

TEST_P(UnixSocket, LeavesTheUmasksModeWhenTheTextIsNone) {
  const Umask umask(0027);
  for (const char* text : {"abc", "0o777", "-1", "+7", "8", "7 "}) {
    const BoundSocket socket = open(path_, text);

    EXPECT_EQ(mode_of(path_), 0750U) << text;
  }
  EXPECT_NE(logged().find("level=WARN"), std::string::npos);
  EXPECT_NE(logged().find("msg=\"Bad permission, ignoring\" mode=abc error=\"invalid syntax\""),
            std::string::npos);
}

TEST_P(UnixSocket, SaysThatAModeIsBeyondTheRange) {
  const BoundSocket socket = open(path_, "20000000000");

  EXPECT_NE(logged().find("error=\"value out of range\""), std::string::npos);
}

TEST_P(UnixSocket, IsNeverMoreOpenThanAsked) {
  const Umask open_to_all(0);
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ASSERT_GE(::inotify_add_watch(watch, folder_.path().c_str(), IN_CREATE | IN_ATTRIB), 0);

  const BoundSocket socket = open(path_, "600");

  alignas(inotify_event) std::array<char, 4096> events{};
  const ssize_t size = ::read(watch, events.data(), events.size());
  ::close(watch);
  ASSERT_GT(size, 0);
  const auto* created = reinterpret_cast<const inotify_event*>(events.data());
  EXPECT_EQ(created->mask, unsigned{IN_CREATE});
  // Nothing had to be taken back after the file came to be.
  EXPECT_EQ(static_cast<std::size_t>(size), sizeof *created + created->len);
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_P(UnixSocket, RemovesItsFile) {
  {
    const BoundSocket socket = open(path_);
    ASSERT_TRUE(exists(path_));
  }

  EXPECT_FALSE(exists(path_));
}

TEST_P(UnixSocket, LeavesAFileThatHasTakenItsPlace) {
  {
    const BoundSocket socket = open(path_);
    ::unlink(path_.c_str());
    leave_stale_socket(GetParam().type, path_);
  }

  EXPECT_TRUE(exists(path_));
}

TEST_P(UnixSocket, ReplacesASocketThatNobodyOwns) {
  for (const int left : {SOCK_DGRAM, SOCK_STREAM}) {
    leave_stale_socket(left, path_);

    const BoundSocket socket = open(path_);

    EXPECT_TRUE(exists(path_));
  }
  EXPECT_NE(logged().find("level=INFO"), std::string::npos);
  EXPECT_NE(logged().find("msg=\"Removed a socket that nobody listens on\" path=" + path_),
            std::string::npos);
}

TEST_P(UnixSocket, LeavesASocketThatHasAnOwner) {
  const std::string exists_text = "exists: " + path_;
  for (const int taken : {SOCK_DGRAM, SOCK_STREAM, SOCK_SEQPACKET}) {
    // A stream socket is taken before it listens.
    const Descriptor owner(bound_socket(taken, unix_endpoint(path_)));

    EXPECT_EQ(message_of_opening(path_), exists_text);

    EXPECT_TRUE(exists(path_));
    ::unlink(path_.c_str());
  }
  EXPECT_EQ(logged(), "");
}

TEST_P(UnixSocket, LeavesASocketThatIsListenedOn) {
  const BoundSocket first = open(path_);

  EXPECT_EQ(message_of_opening(path_), "exists: " + path_);

  EXPECT_TRUE(exists(path_));
}

TEST_P(UnixSocket, LeavesWhatIsNoSocket) {
  const std::string file = folder_ / "file";
  const std::string link = folder_ / "link";
  std::ofstream(file) << "kept";
  leave_stale_socket(SOCK_DGRAM, path_);
  ASSERT_EQ(::symlink(path_.c_str(), link.c_str()), 0);

  for (const std::string& path : {file, link, std::string(folder_.path())}) {
    EXPECT_EQ(message_of_opening(path), "exists: " + path);
    EXPECT_TRUE(exists(path));
  }
}

TEST_P(UnixSocket, SaysWhyItCannotBeBound) {
  const std::string path = folder_ / "none/socket";

  EXPECT_EQ(message_of_opening(path), std::string("listen ") + GetParam().network + " " + path +
                                          ": bind: no such file or directory");
}

TEST_P(UnixSocket, HasNoFileForAnAbstractName) {
  const std::string name = "@" + path_;

  const BoundSocket socket = open(name, "abc");

  EXPECT_FALSE(exists(path_));
  EXPECT_FALSE(exists(name));
  EXPECT_EQ(logged(), "");
  EXPECT_EQ(message_of_opening(name), std::string("listen ") + GetParam().network + " " + name +
                                          ": bind: address already in use");
}

INSTANTIATE_TEST_SUITE_P(, UnixSocket,
                         ::testing::Values(Kind{"Datagram", SOCK_DGRAM, "unixgram", open_unixgram},
                                           Kind{"Stream", SOCK_STREAM, "unix", open_unixstream}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace weir::net
