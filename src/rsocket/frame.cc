// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/frame.h"

#include <cassert>
#include <cstddef>

namespace weir::rsocket {

namespace {

constexpr std::size_t kHeadBytes = 6;
constexpr std::size_t kLengthBytes = 3;
constexpr std::size_t kPositionBytes = 8;
constexpr std::size_t kLengthMax = 0xFF'FFFF;
constexpr unsigned kTypeShift = 10;
constexpr std::uint16_t kFlagsMask = 0x3FF;
constexpr std::string_view kMimeType = "application/binary";

// Precondition: `bytes` has as many.
std::uint64_t read_big_endian(std::string_view bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(0, count)) {
    value = value << 8U | static_cast<unsigned char>(byte);
  }
  return value;
}

void append_big_endian(std::string& out, std::uint64_t value, std::size_t count) {
  for (std::size_t i = count; i > 0; --i) {
    out += static_cast<char>(value >> (8U * (i - 1)) & 0xFFU);
  }
}

std::string head(FrameType type, std::uint32_t stream, std::uint16_t flags,
                 std::size_t body_bytes) {
  std::string out;
  out.reserve(kHeadBytes + body_bytes);
  append_big_endian(out, stream, 4);
  append_big_endian(out, std::uint64_t{static_cast<std::uint8_t>(type)} << kTypeShift | flags, 2);
  return out;
}

}  // namespace

base::Result<Frame, FrameError> parse_frame(std::string_view bytes) {
  if (bytes.size() < kHeadBytes) return FrameError::Truncated;
  const std::uint64_t stream = read_big_endian(bytes, 4);
  if (stream > kStreamMax) return FrameError::BadStream;
  const std::uint64_t word = read_big_endian(bytes.substr(4), 2);
  Frame frame;
  frame.stream = static_cast<std::uint32_t>(stream);
  frame.type = static_cast<FrameType>(word >> kTypeShift);
  frame.flags = static_cast<std::uint16_t>(word & kFlagsMask);
  frame.body = bytes.substr(kHeadBytes);
  return frame;
}

base::Result<Payload, FrameError> parse_payload(const Frame& frame) {
  if (!frame.has(kHasMetadata)) return Payload{std::nullopt, frame.body};
  if (frame.body.size() < kLengthBytes) return FrameError::Truncated;
  const auto length = static_cast<std::size_t>(read_big_endian(frame.body, kLengthBytes));
  const std::string_view rest = frame.body.substr(kLengthBytes);
  if (length > rest.size()) return FrameError::BadMetadata;
  return Payload{rest.substr(0, length), rest.substr(length)};
}

base::Result<Setup, FrameError> parse_setup(const Frame& frame) {
  constexpr std::size_t kFixedBytes = 12;
  if (frame.body.size() < kFixedBytes) return FrameError::Truncated;
  Setup setup;
  setup.version_major = static_cast<std::uint16_t>(read_big_endian(frame.body, 2));
  setup.version_minor = static_cast<std::uint16_t>(read_big_endian(frame.body.substr(2), 2));
  setup.keepalive_ms = static_cast<std::uint32_t>(read_big_endian(frame.body.substr(4), 4));
  setup.lifetime_ms = static_cast<std::uint32_t>(read_big_endian(frame.body.substr(8), 4));
  return setup;
}

base::Result<ErrorBody, FrameError> parse_error(const Frame& frame) {
  if (frame.body.size() < 4) return FrameError::Truncated;
  return ErrorBody{static_cast<std::uint32_t>(read_big_endian(frame.body, 4)),
                   frame.body.substr(4)};
}

base::Result<std::string_view, FrameError> parse_keepalive(const Frame& frame) {
  if (frame.body.size() < kPositionBytes) return FrameError::Truncated;
  return frame.body.substr(kPositionBytes);
}

std::string setup_frame(const Setup& setup) {
  std::string out = head(FrameType::Setup, 0, 0, 64);
  append_big_endian(out, setup.version_major, 2);
  append_big_endian(out, setup.version_minor, 2);
  append_big_endian(out, setup.keepalive_ms, 4);
  append_big_endian(out, setup.lifetime_ms, 4);
  for (int i = 0; i < 2; ++i) {
    append_big_endian(out, kMimeType.size(), 1);
    out += kMimeType;
  }
  return out;
}

std::string keepalive_frame(std::uint16_t flags, std::string_view data) {
  std::string out = head(FrameType::KeepAlive, 0, flags, kPositionBytes + data.size());
  append_big_endian(out, 0, kPositionBytes);
  out += data;
  return out;
}

std::string payload_frame(FrameType type, std::uint32_t stream, std::uint16_t flags,
                          const Payload& payload) {
  const std::size_t metadata = payload.metadata ? kLengthBytes + payload.metadata->size() : 0;
  std::string out = head(
      type, stream, payload.metadata ? static_cast<std::uint16_t>(flags | kHasMetadata) : flags,
      metadata + payload.data.size());
  if (payload.metadata) {
    assert(payload.metadata->size() <= kLengthMax);
    append_big_endian(out, payload.metadata->size(), kLengthBytes);
    out += *payload.metadata;
  }
  out += payload.data;
  return out;
}

std::string cancel_frame(std::uint32_t stream) { return head(FrameType::Cancel, stream, 0, 0); }

std::string error_frame(std::uint32_t stream, ErrorCode code, std::string_view text) {
  std::string out = head(FrameType::Error, stream, 0, 4 + text.size());
  append_big_endian(out, static_cast<std::uint32_t>(code), 4);
  out += text;
  return out;
}

}  // namespace weir::rsocket
