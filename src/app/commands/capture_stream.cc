// SPDX-License-Identifier: Apache-2.0
#include "app/commands/capture_stream.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <fmt/core.h>

#include "app/commands/http_stream.h"
#include "app/commands/stop_signal.h"
#include "app/web/http_paths.h"
#include "weir/base/clock.h"
#include "weir/base/json_members.h"

namespace weir::app {

namespace {

// The longest that a daemon goes on.
constexpr std::chrono::seconds kTimeMax{86'400};
// In seconds. A daemon that has more to send than it can still says in time what it has lost.
constexpr double kEndPatience = 5;
// A reader of the file sees what came no later than this.
constexpr std::chrono::milliseconds kStreamFlushInterval{200};

class CaptureStream {
 public:
  CaptureStream(const HttpUrl& url, std::chrono::nanoseconds time_max, double sample,
                CaptureOutput& output)
      : url_(url),
        time_max_(time_max.count() == 0 ? kTimeMax
                                        : std::min<std::chrono::nanoseconds>(time_max, kTimeMax)),
        sample_(sample),
        output_(output) {}

  capture::End run() {
    try {
      receive();
    } catch (const HttpInterrupted&) {
      // Where there is nothing yet there is nothing to end.
      if (!has_head_) throw;
    }
    output_.end(end_.seconds, end_.lost);
    end_.records = output_.records();
    return end_;
  }

 private:
  void receive() {
    const double seconds = std::chrono::duration<double>(time_max_).count();
    HttpPatience patience;
    patience.interrupt_fd = stop_.fd();
    HttpStream stream(url_, fmt::format("{}?seconds={}&sample={}", kCapturePath, seconds, sample_),
                      patience);
    while (true) {
      std::string_view line;
      const auto event = stream.next(line, kStreamFlushInterval);
      if (has_head_) end_.seconds = seconds_since_begin();
      if (event == HttpStream::Event::End) throw_cut_off();
      if (event == HttpStream::Event::Nothing) {
        output_.flush();
      } else if (!take(line) || has_end_ || end_.seconds >= seconds + kEndPatience) {
        return;
      }
    }
  }

  // False when the file is full.
  bool take(std::string_view line) {
    if (!line.ends_with('\n')) throw_cut_off();
    if (!has_head_) {
      if (!line.starts_with("{\"weir_capture\":1,")) {
        throw std::runtime_error(
            fmt::format("{}: what answers there sends no capture", url_.authority));
      }
      has_head_ = true;
      began_ = base::Clock::now();
      const bool has_room = output_.add_line(line, false);
      output_.flush();
      return has_room;
    }
    // In what senders sent the quotes are escaped.
    if (line.find("\"lost\":") == std::string_view::npos) return output_.add_line(line, true);
    note(line);
    return has_end_ || output_.add_line(line, false);
  }

  // What is no record: how much was lost, or the end.
  void note(std::string_view line) {
    base::JsonMembers members(line);
    base::JsonMember member;
    while (members.next(member)) {
      if (member.key == "lost")
        end_.lost = static_cast<std::uint64_t>(std::max(member.number, 0.0));
      if (member.key != "end") continue;
      has_end_ = true;
      end_.seconds = member.number;
    }
  }

  [[nodiscard]] double seconds_since_begin() const {
    return std::chrono::duration<double>(base::Clock::now() - began_).count();
  }

  [[noreturn]] void throw_cut_off() {
    output_.flush();
    throw std::runtime_error(fmt::format("{}: the connection has ended", url_.authority));
  }

  const HttpUrl& url_;
  const std::chrono::nanoseconds time_max_;
  const double sample_;
  CaptureOutput& output_;
  StopSignal stop_;
  base::TimePoint began_{};
  bool has_head_ = false;
  bool has_end_ = false;
  capture::End end_;
};

}  // namespace

capture::End capture_stream(const HttpUrl& url, std::chrono::nanoseconds time_max, double sample,
                            CaptureOutput& output) {
  return CaptureStream(url, time_max, sample, output).run();
}

}  // namespace weir::app
