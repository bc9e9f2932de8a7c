// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/base/result.h"

namespace weir::rsocket {

// The frames of RSocket 1.0, each without the length that TCP puts in front of it.

enum class FrameType : std::uint8_t {
  Setup = 0x01,
  Lease = 0x02,
  KeepAlive = 0x03,
  RequestResponse = 0x04,
  RequestFireAndForget = 0x05,
  RequestStream = 0x06,
  RequestChannel = 0x07,
  RequestN = 0x08,
  Cancel = 0x09,
  Payload = 0x0A,
  Error = 0x0B,
  MetadataPush = 0x0C,
  Resume = 0x0D,
  ResumeOk = 0x0E,
  Extension = 0x3F,
};

// What the ten bits of flags mean; some have another meaning for some types.
inline constexpr std::uint16_t kIgnorable = 0x200;
inline constexpr std::uint16_t kHasMetadata = 0x100;
inline constexpr std::uint16_t kFollows = 0x80;      // more fragments come
inline constexpr std::uint16_t kResumable = 0x80;    // of a SETUP
inline constexpr std::uint16_t kWantsReply = 0x80;   // of a KEEPALIVE
inline constexpr std::uint16_t kComplete = 0x40;     // of a PAYLOAD
inline constexpr std::uint16_t kHonorsLease = 0x40;  // of a SETUP
inline constexpr std::uint16_t kNext = 0x20;         // of a PAYLOAD

enum class ErrorCode : std::uint32_t {
  InvalidSetup = 0x001,
  UnsupportedSetup = 0x002,
  RejectedSetup = 0x003,
  RejectedResume = 0x004,
  ConnectionError = 0x101,
  ConnectionClose = 0x102,
  ApplicationError = 0x201,
  Rejected = 0x202,
  Canceled = 0x203,
  Invalid = 0x204,
};

inline constexpr std::uint16_t kVersionMajor = 1;
inline constexpr std::uint32_t kStreamMax = 0x7FFF'FFFF;

enum class FrameError : std::uint8_t {
  Truncated,    // it ends within a field
  BadStream,    // its stream has the top bit set
  BadMetadata,  // longer than the frame
};

// A frame's head, and what follows it. Borrows from the bytes.
struct Frame {
  std::uint32_t stream = 0;
  FrameType type = FrameType::Extension;  // may be a number without a name
  std::uint16_t flags = 0;
  std::string_view body;

  [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
};

struct Payload {
  std::optional<std::string_view> metadata;
  std::string_view data;
};

struct Setup {
  std::uint16_t version_major = kVersionMajor;
  std::uint16_t version_minor = 0;
  std::uint32_t keepalive_ms = 20'000;
  std::uint32_t lifetime_ms = 90'000;
};

struct ErrorBody {
  std::uint32_t code = 0;
  std::string_view text;
};

[[nodiscard]] base::Result<Frame, FrameError> parse_frame(std::string_view bytes);
// Of a REQUEST_* without an initial count, and of a PAYLOAD.
[[nodiscard]] base::Result<Payload, FrameError> parse_payload(const Frame& frame);
// MIME types, metadata and data of the SETUP are skipped: nothing depends on them.
[[nodiscard]] base::Result<Setup, FrameError> parse_setup(const Frame& frame);
[[nodiscard]] base::Result<ErrorBody, FrameError> parse_error(const Frame& frame);
// The data of a KEEPALIVE, after its position.
[[nodiscard]] base::Result<std::string_view, FrameError> parse_keepalive(const Frame& frame);

// Both MIME types are `application/binary`, as rsocket-java has them.
[[nodiscard]] std::string setup_frame(const Setup& setup);
[[nodiscard]] std::string keepalive_frame(std::uint16_t flags, std::string_view data);
// A REQUEST_* or a PAYLOAD; `flags` without that for metadata. Precondition: metadata is below
// 16 MiB.
[[nodiscard]] std::string payload_frame(FrameType type, std::uint32_t stream, std::uint16_t flags,
                                        const Payload& payload);
[[nodiscard]] std::string cancel_frame(std::uint32_t stream);
[[nodiscard]] std::string error_frame(std::uint32_t stream, ErrorCode code, std::string_view text);

}  // namespace weir::rsocket
