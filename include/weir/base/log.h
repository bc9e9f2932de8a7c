// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::base {

enum class LogLevel : std::uint8_t { Debug, Info, Warn, Error };
enum class LogFormat : std::uint8_t { Logfmt, Json };

// One `key=value` of a log line.
struct Attribute {
  std::string_view key;
  std::string value;
  // What JSON shows in place of `value`, where the reference logs a number with a name.
  std::optional<int> json_number = std::nullopt;
};

// Writes one line per message to a file descriptor, as the reference does (1.6): time, level,
// source, msg, then the attributes. Whatever bytes the message and the values have, the line is
// UTF-8 and shows them (base/escape.h); in JSON it is valid. Any thread; one `write` per line, so
// lines never mix. Never on the hot path.
class Log {
 public:
  // Borrows `fd`.
  Log(LogLevel level, LogFormat format, int fd = 2);

  [[nodiscard]] bool is_enabled(LogLevel level) const { return level >= level_; }

  void write(LogLevel level, std::string_view message, std::span<const Attribute> attributes,
             const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;
  void debug(std::string_view message, std::initializer_list<Attribute> attributes = {},
             const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;
  void info(std::string_view message, std::initializer_list<Attribute> attributes = {},
            const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;
  void warn(std::string_view message, std::initializer_list<Attribute> attributes = {},
            const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;
  void error(std::string_view message, std::initializer_list<Attribute> attributes = {},
             const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;

 private:
  LogLevel level_;
  LogFormat format_;
  int fd_;
};

}  // namespace weir::base
