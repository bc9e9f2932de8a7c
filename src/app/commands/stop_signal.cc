// SPDX-License-Identifier: Apache-2.0
#include "app/commands/stop_signal.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <poll.h>
#include <sys/signalfd.h>
#include <system_error>

namespace weir::app {

namespace {

int open_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  // There is no other thread.
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);  // NOLINT(concurrency-mt-unsafe)
  const int fd = ::signalfd(-1, &signals, SFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return fd;
}

timespec timespec_of(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

}  // namespace

StopSignal::StopSignal() : signals_(open_signals()) {}

bool StopSignal::has_come() { return wait(-1, 0, std::chrono::nanoseconds(0)) == Event::Stopped; }

StopSignal::Event StopSignal::wait(int fd, short events, std::chrono::nanoseconds timeout) {
  if (has_come_) return Event::Stopped;
  std::array<pollfd, 2> waited{{{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                {.fd = fd, .events = events, .revents = 0}}};
  const timespec limit = timespec_of(timeout);
  const int ready =
      ::ppoll(waited.data(), waited.size(), timeout.count() < 0 ? nullptr : &limit, nullptr);
  if (ready <= 0) return Event::TimedOut;
  has_come_ = waited[0].revents != 0;
  return has_come_ ? Event::Stopped : Event::Ready;
}

}  // namespace weir::app
