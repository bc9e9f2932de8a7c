// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_body.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "weir/base/ascii.h"
#include "weir/http/gunzip.h"
#include "weir/passthrough/protobuf_parser.h"
#include "weir/passthrough/snappy.h"
#include "weir/passthrough/text_parser.h"

namespace weir::app {

namespace {

using passthrough::ParseLimits;

constexpr std::size_t kPieceBytes = 65'536;
// Of one series; Prometheus itself stops far below.
constexpr std::size_t kLabelsMax = 128;

BodyFault too_long(std::size_t bytes_max) {
  return {413, fmt::format("the body is longer than {} bytes", bytes_max)};
}

// In the words of Go's reader.
std::string gzip_fault(std::string_view packed) {
  constexpr std::size_t kHeaderBytes = 10;
  if (packed.empty()) return "EOF";
  const bool has_magic = packed.starts_with("\x1f\x8b");
  return has_magic || packed.size() < kHeaderBytes ? "unexpected EOF" : "gzip: invalid header";
}

base::Result<std::string, BodyFault> unpack_gzip(std::string_view packed, std::size_t bytes_max) {
  http::Gunzip gunzip(packed);
  std::string unpacked;
  while (true) {
    const auto state = gunzip.next(unpacked, kPieceBytes);
    if (unpacked.size() > bytes_max) return too_long(bytes_max);
    if (state == http::Gunzip::State::Done) return unpacked;
    if (state == http::Gunzip::State::Bad) return BodyFault{400, gzip_fault(packed)};
  }
}

base::Result<std::string, BodyFault> unpack_snappy(std::string_view packed, std::size_t bytes_max) {
  auto unpacked = passthrough::is_snappy_stream(packed)
                      ? passthrough::uncompress_snappy_stream(packed, bytes_max)
                      : passthrough::uncompress_snappy_block(packed, bytes_max);
  if (unpacked) return std::move(*unpacked);
  if (unpacked.error() == passthrough::SnappyFault::TooLarge) return too_long(bytes_max);
  return BodyFault{400, "snappy: corrupt input"};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && base::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && base::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_part(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_delimited_protobuf(std::string_view type) {
  bool is_delimited = false;
  bool is_families = false;
  if (!base::equals_ignoring_case(take_part(type), "application/vnd.google.protobuf")) return false;
  while (!type.empty()) {
    const auto part = take_part(type);
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto name = part.substr(0, equals);
    auto value = part.substr(std::min(equals + 1, part.size()));
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    is_delimited |= base::equals_ignoring_case(name, "encoding") && value == "delimited";
    is_families |=
        base::equals_ignoring_case(name, "proto") && value == "io.prometheus.client.MetricFamily";
  }
  return is_delimited && is_families;
}

base::Result<std::vector<passthrough::Family>, BodyFault> parse_body(std::string_view type,
                                                                     std::string_view body) {
  // A series takes more bytes than one, so the length is bound enough.
  const ParseLimits limits{body.size(), body.size() + 1, kLabelsMax};
  const bool is_protobuf = is_delimited_protobuf(type);
  auto families = is_protobuf
                      ? passthrough::parse_protobuf(body, limits)
                      : passthrough::parse_text(body, limits, passthrough::TextFormat::Prometheus);
  if (families) return std::move(*families);
  const auto& error = families.error();
  if (is_protobuf) return BodyFault{400, error.what};
  return BodyFault{400,
                   fmt::format("text format parsing error in line {}: {}", error.line, error.what)};
}

}  // namespace

base::Result<std::vector<passthrough::Family>, BodyFault> read_push_body(
    const http::Request& request, std::size_t unpacked_bytes_max) {
  const auto type = request.header("Content-Type");
  const auto encoding = request.header("Content-Encoding");
  const bool is_gzip = base::equals_ignoring_case(encoding, "gzip");
  if (!is_gzip && !base::equals_ignoring_case(encoding, "snappy")) {
    return parse_body(type, request.body);
  }
  const auto unpacked = is_gzip ? unpack_gzip(request.body, unpacked_bytes_max)
                                : unpack_snappy(request.body, unpacked_bytes_max);
  if (!unpacked) return unpacked.error();
  return parse_body(type, *unpacked);
}

}  // namespace weir::app
