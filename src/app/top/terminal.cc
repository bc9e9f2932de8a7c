// SPDX-License-Identifier: Apache-2.0
#include "app/top/terminal.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

#include "weir/base/errno.h"

namespace weir::app {

namespace {

// The alternate screen, without a cursor (xterm's control sequences, which all terminals of today
// know).
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J";
constexpr std::string_view kLeave = "\x1b[0m\x1b[?25h\x1b[?1049l";

constexpr std::array<std::pair<std::string_view, Key>, 14> kSequences = {{
    {"\x1b[A", Key::Up},
    {"\x1bOA", Key::Up},
    {"\x1b[B", Key::Down},
    {"\x1bOB", Key::Down},
    {"\x1b[C", Key::NextSection},
    {"\x1bOC", Key::NextSection},
    {"\x1b[D", Key::PreviousSection},
    {"\x1bOD", Key::PreviousSection},
    {"\x1b[Z", Key::PreviousSection},
    {"\x1b[5~", Key::PageUp},
    {"\x1b[6~", Key::PageDown},
    {"\x1b[H", Key::Home},
    {"\x1b[F", Key::End},
    {"\x1b[1~", Key::Home},
}};

[[noreturn]] void fail() {
  throw std::runtime_error("the terminal cannot be used: " + base::errno_text(errno));
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

const sigset_t kAwaited = [] {
  sigset_t set{};
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) sigaddset(&set, signal);
  return set;
}();

Key key_of(char byte) {
  switch (byte) {
    case 'q':
    case 'Q':
    case '\x04': return Key::Quit;
    case '\t': return Key::NextSection;
    case 'k': return Key::Up;
    case 'j': return Key::Down;
    case 'o':
    case 's': return Key::OtherOrder;
    case 'p':
    case ' ': return Key::Pause;
    case 'r': return Key::AskNow;
    case '?':
    case 'h': return Key::Help;
    default: break;
  }
  if (byte >= '0' && byte <= '5') return static_cast<Key>(static_cast<int>(Key::All) + byte - '0');
  return Key::Other;
}

// The length of a sequence that no key of ours has: up to its last byte, a letter or `~`.
std::size_t sequence_length(std::string_view bytes) {
  std::size_t length = 1;
  if (length < bytes.size() && (bytes[1] == '[' || bytes[1] == 'O')) ++length;
  while (length < bytes.size() && bytes[length] >= ' ' && bytes[length] < '@') ++length;
  return std::min(length + 1, bytes.size());
}

std::string_view style_of(Emphasis emphasis, bool has_colour) {
  switch (emphasis) {
    case Emphasis::None: return "";
    case Emphasis::Title: return "\x1b[7m";
    case Emphasis::Alarm: break;
  }
  return has_colour ? "\x1b[1;31m" : "\x1b[1m";
}

}  // namespace

Key take_key(std::string_view& bytes) {
  if (bytes.empty()) return Key::None;
  for (const auto& [sequence, key] : kSequences) {
    if (!bytes.starts_with(sequence)) continue;
    bytes.remove_prefix(sequence.size());
    return key;
  }
  if (bytes.front() == '\x1b') {
    bytes.remove_prefix(sequence_length(bytes));
    return Key::Other;
  }
  const Key key = key_of(bytes.front());
  bytes.remove_prefix(1);
  return key;
}

Terminal::Terminal(bool has_colour)
    : has_colour_(has_colour),
      signals_(::signalfd(-1, &kAwaited, SFD_CLOEXEC | SFD_NONBLOCK)),
      events_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (::tcgetattr(STDIN_FILENO, &before_) != 0) fail();
  for (const int fd : {STDIN_FILENO, signals_.get()}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(events_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail();
  }
  static_cast<void>(::pthread_sigmask(SIG_BLOCK, &kAwaited, &signals_before_));
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  // Ctrl-C is a signal; a stop or a core would leave the screen as it is.
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;
  raw.c_cc[VQUIT] = _POSIX_VDISABLE;
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0) fail();
  write_all(kEnter);
}

Terminal::~Terminal() {
  write_all(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  static_cast<void>(::pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr));
}

ScreenSize Terminal::size() const {
  winsize read{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &read) != 0 || read.ws_col == 0 || read.ws_row == 0) {
    return {};
  }
  return {read.ws_col, read.ws_row};
}

void Terminal::show(std::span<const ScreenLine> lines) {
  std::string out = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\r\n";
    const auto style = style_of(lines[i].emphasis, has_colour_);
    out += style;
    out += lines[i].text;
    if (!style.empty()) out += "\x1b[0m";
    out += "\x1b[K";
  }
  write_all(out + "\x1b[J");
}

Terminal::Event Terminal::wait(std::chrono::milliseconds time) {
  Event event;
  std::array<epoll_event, 2> ready{};
  const int count = ::epoll_wait(events_.get(), ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(time.count()));
  if (count <= 0) return event;
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGWINCH) {
      event.is_resized = true;
    } else {
      event.signal = static_cast<int>(signal.ssi_signo);
    }
  }
  for (int i = 0; i < count; ++i) {
    const auto& source = ready.at(static_cast<std::size_t>(i));
    if (source.data.fd != STDIN_FILENO) continue;
    std::array<char, 256> typed{};
    const ssize_t size = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (size > 0) event.typed.assign(typed.data(), static_cast<std::size_t>(size));
    // Nothing alone is also what a ctrl-C leaves of the keys before it.
    event.is_closed = size < 0 || (size == 0 && (source.events & (EPOLLHUP | EPOLLERR)) != 0);
  }
  return event;
}

}  // namespace weir::app
