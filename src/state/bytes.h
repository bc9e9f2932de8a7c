// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace weir::state {

static_assert(std::endian::native == std::endian::little,
              "numbers are written as they are in memory");

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// Appends numbers and texts to `out`, which outlives it.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <Plain T>
  void put(T number) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &number, sizeof(T));
    out_.append(bytes.data(), sizeof(T));
  }
  void put(std::chrono::nanoseconds duration) { put(std::int64_t{duration.count()}); }
  void put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    out_.append(text);
  }
  template <Plain T>
  void put(const std::vector<T>& numbers) {
    put(static_cast<std::uint32_t>(numbers.size()));
    out_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T));
  }

 private:
  std::string& out_;
};

// Takes numbers and texts from bytes that may be anything: what is not there reads as 0 or "", and
// `is_good` is false from then on. The bytes outlive it.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  template <Plain T>
  T get() {
    T number{};
    const std::string_view bytes = take(sizeof(T));
    if (bytes.size() == sizeof(T)) std::memcpy(&number, bytes.data(), sizeof(T));
    return number;
  }
  bool get_flag() {
    const auto value = get<std::uint8_t>();
    if (value > 1) fail();
    return value == 1;
  }
  std::chrono::nanoseconds get_duration() { return std::chrono::nanoseconds(get<std::int64_t>()); }
  std::string_view get_text() { return take(get<std::uint32_t>()); }
  template <Plain T>
  std::vector<T> get_numbers() {
    std::vector<T> numbers;
    const std::uint64_t count = get<std::uint32_t>();
    const std::string_view bytes = take(count * sizeof(T));
    numbers.resize(bytes.size() / sizeof(T));
    if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
  }
  // How many elements of so many bytes follow; 0, and no good, when there is not room for them.
  std::uint32_t get_count(std::size_t element_bytes_min) {
    const auto count = get<std::uint32_t>();
    if (std::uint64_t{count} * element_bytes_min <= rest_.size()) return count;
    fail();
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  void fail() {
    is_good_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace weir::state
