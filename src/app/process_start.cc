// SPDX-License-Identifier: Apache-2.0
#include "app/process_start.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <initializer_list>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weir::app {

void open_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // Those below are open, so that it gets this number.
    if (::open("/dev/null", O_RDWR) != descriptor) std::_Exit(EXIT_FAILURE);
  }
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

void give_large_blocks_back() {
#ifdef __GLIBC__
  // Set at all, it no longer moves.
  constexpr int kLargeBytes = 262'144;
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, kLargeBytes));
  // What one thread frees is there for the others.
  static_cast<void>(::mallopt(M_ARENA_MAX, 1));
#endif
}

void set_signal_dispositions() {
  // A log file that may not grow any more, for one, is no reason to stop receiving.
  for (const int number :
       {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXCPU, SIGXFSZ}) {
    std::signal(number, SIG_IGN);
  }
  for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) std::signal(number, SIG_IGN);
  // A parent that ran it in the background may have had this one ignored.
  std::signal(SIGQUIT, SIG_DFL);
  sigset_t awaited{};
  sigemptyset(&awaited);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) sigaddset(&awaited, number);
  static_cast<void>(::pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr));
}

}  // namespace weir::app
