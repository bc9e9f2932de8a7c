// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <termios.h>

#include "app/top/layout.h"
#include "weir/net/open_socket.h"

namespace weir::app {

enum class Key : std::uint8_t {
  None,
  Quit,
  NextSection,
  PreviousSection,
  Up,
  Down,
  PageUp,
  PageDown,
  Home,
  End,
  OtherOrder,
  Pause,
  AskNow,
  Help,
  All,      // the overview
  Metrics,  // and the sections, in the order of Section
  Labels,
  Unmapped,
  Senders,
  Refused,
  Other,
};

// The key at the beginning of what a terminal sent, which is taken off `bytes`; an escape sequence
// is one key. None at their end.
[[nodiscard]] Key take_key(std::string_view& bytes);

// The full screen of standard input and output, while it lives: the alternate screen, keys as they
// are pressed. Gives the terminal back as it was. SIGINT, SIGTERM, SIGHUP and SIGWINCH are blocked
// and taken by `wait`. One thread, one at a time.
class Terminal {
 public:
  explicit Terminal(bool has_colour);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] ScreenSize size() const;
  void show(std::span<const ScreenLine> lines);

  struct Event {
    // What was typed, for take_key.
    std::string typed;
    bool is_resized = false;
    // The signal that asks for the end; 0 for none.
    int signal = 0;
    // The terminal has gone.
    bool is_closed = false;
  };
  // Waits for a key or a signal, `time` at most.
  [[nodiscard]] Event wait(std::chrono::milliseconds time);
  // Can be read when `wait` would have something.
  [[nodiscard]] int event_fd() const { return events_.get(); }

 private:
  bool has_colour_;
  sigset_t signals_before_{};
  termios before_{};
  net::Descriptor signals_;
  net::Descriptor events_;
};

}  // namespace weir::app
