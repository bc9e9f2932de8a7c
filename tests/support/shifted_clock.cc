// SPDX-License-Identifier: Apache-2.0
// Preloaded into a process (LD_PRELOAD), moves its wall clock by the seconds that the file
// $SHIFTED_CLOCK holds as one 64-bit number, which may change at any time. Other clocks go on.
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

// What is there before the file is mapped, or without one.
constexpr std::int64_t kNone = 0;
const volatile std::int64_t* shift = &kNone;

__attribute__((constructor)) void map_shift() {
  const char* const path = std::getenv("SHIFTED_CLOCK");
  if (path == nullptr) return;
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) std::abort();
  void* const mapped = ::mmap(nullptr, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) std::abort();
  shift = static_cast<const volatile std::int64_t*>(mapped);
  ::close(file);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto failed = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
  if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += *shift;
  }
  return failed;
}

extern "C" time_t time(time_t* at) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) *at = now.tv_sec;
  return now.tv_sec;
}
