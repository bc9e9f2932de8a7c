// SPDX-License-Identifier: Apache-2.0
#include "weir/base/log.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <unistd.h>

#include <fmt/core.h>

#include "weir/base/escape.h"

namespace weir::base {

namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"DEBUG", "INFO", "WARN", "ERROR"};

std::string timestamp(LogFormat format) {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto fraction =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count() %
      1'000'000'000;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &local);
  const long offset = local.tm_gmtoff / 60;
  const std::string zone = offset == 0 ? "Z"
                                       : fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+',
                                                     std::abs(offset) / 60, std::abs(offset) % 60);
  return format == LogFormat::Json
             ? fmt::format("{}.{:09}{}", date.data(), fraction, zone)
             : fmt::format("{}.{:03}{}", date.data(), fraction / 1'000'000, zone);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" =") != std::string_view::npos || needs_escapes(text);
}

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

class LineBuilder {
 public:
  explicit LineBuilder(LogFormat format) : format_(format) {
    if (format_ == LogFormat::Json) line_ += '{';
  }

  void add(std::string_view key, std::string_view value, std::optional<int> json_number = {}) {
    const bool is_first = line_.size() <= 1;
    if (format_ == LogFormat::Json) {
      if (!is_first) line_ += ',';
      append_json_quoted(line_, key);
      line_ += ':';
      if (json_number) {
        line_ += std::to_string(*json_number);
      } else {
        append_json_quoted(line_, value);
      }
      return;
    }
    if (!is_first) line_ += ' ';
    line_ += key;
    line_ += '=';
    if (needs_quotes(value)) {
      append_quoted(line_, value);
    } else {
      line_ += value;
    }
  }

  std::string finish() {
    if (format_ == LogFormat::Json) line_ += '}';
    line_ += '\n';
    return std::move(line_);
  }

 private:
  LogFormat format_;
  std::string line_;
};

}  // namespace

Log::Log(LogLevel level, LogFormat format, int fd) : level_(level), format_(format), fd_(fd) {}

void Log::write(LogLevel level, std::string_view message, std::span<const Attribute> attributes,
                const char* file, int line) const {
  if (!is_enabled(level)) return;
  LineBuilder builder(format_);
  builder.add("time", timestamp(format_));
  builder.add("level", kLevelNames[static_cast<std::size_t>(level)]);
  builder.add("source", fmt::format("{}:{}", file_name(file), line));
  builder.add("msg", message);
  for (const auto& attribute : attributes) {
    builder.add(attribute.key, attribute.value, attribute.json_number);
  }
  const std::string text = builder.finish();
  // A log that cannot be written must not stop the daemon.
  [[maybe_unused]] const auto written = ::write(fd_, text.data(), text.size());
}

void Log::debug(std::string_view message, std::initializer_list<Attribute> attributes,
                const char* file, int line) const {
  write(LogLevel::Debug, message, {attributes.begin(), attributes.size()}, file, line);
}

void Log::info(std::string_view message, std::initializer_list<Attribute> attributes,
               const char* file, int line) const {
  write(LogLevel::Info, message, {attributes.begin(), attributes.size()}, file, line);
}

void Log::warn(std::string_view message, std::initializer_list<Attribute> attributes,
               const char* file, int line) const {
  write(LogLevel::Warn, message, {attributes.begin(), attributes.size()}, file, line);
}

void Log::error(std::string_view message, std::initializer_list<Attribute> attributes,
                const char* file, int line) const {
  write(LogLevel::Error, message, {attributes.begin(), attributes.size()}, file, line);
}

}  // namespace weir::base
