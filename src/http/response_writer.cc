// SPDX-License-Identifier: Apache-2.0
#include "http/response_writer.h"

#include <utility>

#include "weir/base/ascii.h"
#include "weir/base/number.h"

namespace weir::http {
namespace {

// The longest body that is collected before the head is sent.
constexpr std::size_t kMeasuredBytesMax = 2048;
// Compression turns a piece of the source into a few kilobytes: these are worth a system call.
constexpr std::size_t kChunkBytesMin = 16'384;
// In front of a piece, for the line that begins a chunk.
constexpr std::size_t kRoom = 2 * sizeof(std::size_t) + 2;

Framing choose_framing(bool is_measured, const ResponseTerms& terms) {
  if (is_measured) return Framing::Length;
  if (terms.is_head) return Framing::None;
  return terms.version == Version::Http11 ? Framing::Chunked : Framing::UntilClose;
}

// A cache must know that the encoding is a matter of the request, also when this body has none.
void add_vary(std::vector<Field>& fields) {
  constexpr std::string_view kVary = "Vary";
  constexpr std::string_view kBy = "Accept-Encoding";
  for (Field& field : fields) {
    if (!base::equals_ignoring_case(field.name, kVary)) continue;
    field.value.append(", ").append(kBy);
    return;
  }
  fields.push_back({std::string(kVary), std::string(kBy)});
}

}  // namespace

ResponseWriter::ResponseWriter(Response response, const ResponseTerms& terms, std::time_t now)
    : body_(response, terms.encoding),
      terms_(terms),
      poll_interval_(body_.poll_interval()),
      now_(now),
      fields_(std::move(response.headers)),
      buffer_(kRoom, ' ') {
  head_.status = response.status;
  if (response.is_compressible) add_vary(fields_);
  if (terms.encoding != ContentEncoding::Identity) {
    fields_.push_back({"Content-Encoding", std::string(coding_name(terms.encoding))});
  }
  advance();
}

void ResponseWriter::advance() {
  // They are sent.
  if (!bytes_.empty()) buffer_.resize(kRoom);
  bytes_ = {};
  if (!has_more_) {
    is_complete_ = true;
    return;
  }
  has_more_ = body_.read(buffer_);
  const std::size_t size = buffer_.size() - kRoom;
  if (has_more_ && size < bytes_wanted()) return;
  if (!has_head_) return send_head(size);
  frame(size);
}

std::size_t ResponseWriter::bytes_wanted() const {
  // A live body, and its head, has a reader that waits for it.
  if (poll_interval_.count() > 0) return 0;
  // What the head has to say depends on the beginning of the body.
  return has_head_ ? kChunkBytesMin : kMeasuredBytesMax + 1;
}

// With what there is of the body.
void ResponseWriter::send_head(std::size_t size) {
  const bool is_measured = !has_more_ && size <= kMeasuredBytesMax;
  head_.version = terms_.version;
  head_.body_bytes = size;
  head_.framing = choose_framing(is_measured, terms_);
  // An old client only knows the end of an unmeasured body by the end of the connection.
  head_.keeps_alive = terms_.keeps_alive && (is_measured || terms_.version == Version::Http11);
  has_head_ = true;
  std::string bytes = format_head(head_, fields_, now_);
  if (terms_.is_head) {
    has_more_ = false;
  } else {
    frame(size);
    bytes += bytes_;
  }
  buffer_.swap(bytes);
  bytes_ = buffer_;
}

// In its place: a page of hundreds of megabytes is not copied for this.
void ResponseWriter::frame(std::size_t size) {
  std::size_t begin = kRoom;
  if (head_.framing == Framing::Chunked) {
    // A chunk of no bytes would end the body.
    if (size > 0) {
      std::string line;
      base::append_hex(line, size);
      line += "\r\n";
      begin -= line.size();
      line.copy(buffer_.data() + begin, line.size());
      buffer_ += "\r\n";
    }
    if (!has_more_) buffer_ += "0\r\n\r\n";
  }
  bytes_ = std::string_view(buffer_).substr(begin);
}

}  // namespace weir::http
