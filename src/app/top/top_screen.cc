// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_screen.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "app/top/layout.h"
#include "app/top/terminal.h"
#include "app/top/top_choice.h"
#include "app/top/top_model.h"
#include "app/top/top_reader.h"
#include "weir/base/clock.h"

namespace weir::app {

namespace {

using std::chrono::milliseconds;

constexpr int kSignalExit = 128;
// Of a daemon that does not answer: keys are taken meanwhile.
constexpr milliseconds kPatience{10'000};

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

class TopScreen {
 public:
  TopScreen(const HttpUrl& url, const TopOptions& options)
      : url_(url), options_(options), terminal_(options.has_colour) {}

  int run() {
    show();
    while (!exit_code_) {
      if (is_due()) look();
      if (exit_code_) break;
      show();
      take(terminal_.wait(time_left()));
    }
    return *exit_code_;
  }

 private:
  [[nodiscard]] bool is_due() const { return !is_paused_ && base::Clock::now() >= next_look_; }

  [[nodiscard]] milliseconds time_left() const {
    // The age of what is shown grows meanwhile.
    constexpr milliseconds kRedraw{1000};
    if (is_paused_) return kRedraw;
    const auto left = std::chrono::ceil<milliseconds>(next_look_ - base::Clock::now());
    return std::clamp(left, milliseconds(0), kRedraw);
  }

  void look() {
    try {
      look_at_daemon(url_, {.time = kPatience, .interrupt_fd = terminal_.event_fd()},
                     choice_.is_other_order ? MetricOrder::Series : MetricOrder::Samples, model_);
      failure_.clear();
    } catch (const HttpInterrupted&) {
      // A key goes first; what it does not end is asked again.
      take(terminal_.wait(milliseconds(0)));
      return;
    } catch (const std::runtime_error& error) {
      if (failure_.empty()) failing_since_ = base::Clock::now();
      failure_ = error.what();
    }
    next_look_ = base::Clock::now() + options_.interval;
  }

  void show() {
    TopView view = model_.view();
    view.url =
        fmt::format("{}://{}{}", url_.is_tls ? "https" : "http", url_.authority, url_.prefix);
    view.time = time_of_day();
    view.is_paused = is_paused_;
    view.failure = failure_;
    const std::chrono::duration<double> failing = base::Clock::now() - failing_since_;
    view.failing_seconds = failure_.empty() ? 0 : failing.count();
    size_ = terminal_.size();
    terminal_.show(lay_out(view, choice_, size_, options_.is_utf8));
  }

  void take(const Terminal::Event& event) {
    if (event.signal != 0) exit_code_ = kSignalExit + event.signal;
    if (event.is_closed && !exit_code_) exit_code_ = 0;
    std::string_view typed = event.typed;
    for (Key key = take_key(typed); key != Key::None; key = take_key(typed)) take(key);
  }

  void take(Key key) {
    if (key == Key::Quit) exit_code_ = 0;
    if (key == Key::AskNow || key == Key::OtherOrder) next_look_ = {};
    if (key == Key::Pause) {
      is_paused_ = !is_paused_;
      next_look_ = {};
    }
    // Head, title and footer are no rows.
    constexpr std::size_t kOtherLines = 7;
    const std::size_t page = size_.rows > kOtherLines ? size_.rows - kOtherLines : 1;
    const std::size_t rows = choice_.section ? model_.view().rows(*choice_.section) : 0;
    choice_ = chosen_by(key, choice_, rows, page);
  }

  const HttpUrl& url_;
  TopOptions options_;
  TopModel model_;
  TopChoice choice_;
  ScreenSize size_;
  bool is_paused_ = false;
  std::string failure_;
  base::TimePoint failing_since_;
  base::TimePoint next_look_;
  std::optional<int> exit_code_;
  Terminal terminal_;
};

}  // namespace

int run_top_screen(const HttpUrl& url, const TopOptions& options) {
  return TopScreen(url, options).run();
}

}  // namespace weir::app
