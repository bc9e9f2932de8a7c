// SPDX-License-Identifier: Apache-2.0
#include "weir/capture/reader.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/core.h>

#include "weir/base/base64.h"

namespace weir::capture {

namespace {

using Kind = base::JsonMember::Kind;

constexpr std::size_t kFirstBytes = 65'536;
constexpr double kVersion = 1;
// Whole numbers up to this one are exact as JSON has them.
constexpr double kExactMax = 9'007'199'254'740'992;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool is_count(const base::JsonMember& member) {
  return member.kind == Kind::Number && member.number >= 0 && member.number <= kExactMax;
}

}  // namespace

FormatError::FormatError(std::uint64_t line, std::string_view what)
    : std::runtime_error(fmt::format("line {}: {}", line, what)) {}

Reader::Reader(std::istream& in) : in_(in), buffer_(kFirstBytes, '\0') {
  if (!read_line()) {
    has_ended_ = true;
    return;
  }
  read_head();
  is_first_ = !is_capture_;
}

bool Reader::next(Record& record) {
  if (has_ended_) return false;
  if (is_first_) {
    is_first_ = false;
  } else if (!read_line()) {
    has_ended_ = true;
    return false;
  }
  if (is_capture_) return read_record(record);
  record = {};
  record.bytes = text_;
  return true;
}

bool Reader::read_line() {
  std::size_t size = 0;
  is_last_ = false;
  while (true) {
    in_.getline(buffer_.data() + size, static_cast<std::streamsize>(buffer_.size() - size));
    size += static_cast<std::size_t>(in_.gcount());
    if (in_.eof() || !in_.fail()) break;
    if (in_.bad() || in_.gcount() == 0) {
      ++line_;
      fail("cannot be read");
    }
    if (buffer_.size() > kFileLineBytesMax) {
      ++line_;
      fail(fmt::format("longer than {} bytes", kFileLineBytesMax));
    }
    in_.clear();
    buffer_.resize(std::min(2 * buffer_.size(), kFileLineBytesMax + 1));
  }
  is_last_ = in_.eof();
  if (is_last_ && size == 0) return false;
  ++line_;
  // A newline is among those that were read.
  text_ = std::string_view(buffer_).substr(0, is_last_ ? size : size - 1);
  return true;
}

void Reader::read_head() {
  base::JsonMembers members(text_);
  base::JsonMember member;
  double version = 0;
  bool has_version = false;
  while (members.next(member)) {
    if (member.key == "weir_capture") {
      has_version = member.kind == Kind::Number;
      version = member.number;
    } else if (member.key == "started" && member.kind == Kind::Number) {
      started_ = member.number;
    } else if (member.key == "source" && member.kind == Kind::Text) {
      source_ = member.text;
    }
  }
  is_capture_ = members.fault().empty() && has_version;
  if (is_capture_ && version != kVersion) {
    fail(fmt::format("a capture of version {}; this program reads version {}", version, kVersion));
  }
}

bool Reader::read_record(Record& record) {
  while (is_blank(text_)) {
    if (!read_line()) {
      has_ended_ = true;
      return false;
    }
  }
  if (end_) fail("something after the end of the capture");
  record = {};
  has_bytes_ = false;
  is_end_ = false;
  is_note_ = false;
  end_line_ = {};
  base::JsonMembers members(text_);
  base::JsonMember member;
  while (members.next(member)) take(member, record);
  if (!members.fault().empty()) {
    if (!is_last_) fail(members.fault());
    has_ended_ = true;
    return false;
  }
  if (is_end_ || (is_note_ && !has_bytes_)) {
    lost_ = end_line_.lost;
    if (is_end_) end_ = end_line_;
    return next(record);
  }
  if (!has_bytes_) fail("a record has `data` or `base64`");
  return true;
}

void Reader::take(const base::JsonMember& member, Record& record) {
  const auto keep_text = [&](std::string& storage, std::string_view& text) {
    if (member.kind != Kind::Text) fail(fmt::format("`{}` is no text", member.key));
    storage = member.text;
    text = storage;
  };
  const auto count = [&] {
    if (!is_count(member)) fail(fmt::format("`{}` is no such number", member.key));
    return member.number;
  };
  if (member.key == "t") {
    record.seconds = count();
  } else if (member.key == "transport") {
    keep_text(transport_, record.transport);
  } else if (member.key == "sender") {
    keep_text(sender_, record.sender);
  } else if (member.key == "listener") {
    keep_text(listener_, record.listener);
  } else if (member.key == "data") {
    keep_text(bytes_, record.bytes);
    has_bytes_ = true;
  } else if (member.key == "base64") {
    keep_text(bytes_, record.bytes);
    auto decoded = base::decode_base64(bytes_);
    if (!decoded) fail("`base64` is no base64");
    bytes_ = std::move(*decoded);
    record.bytes = bytes_;
    has_bytes_ = true;
  } else if (member.key == "end") {
    end_line_.seconds = count();
    is_end_ = true;
  } else if (member.key == "records") {
    end_line_.records = static_cast<std::uint64_t>(count());
  } else if (member.key == "lost") {
    end_line_.lost = static_cast<std::uint64_t>(count());
    is_note_ = true;
  }
}

void Reader::fail(std::string_view what) const { throw FormatError(line_, what); }

}  // namespace weir::capture
