// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/line_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "weir/base/ascii.h"
#include "weir/base/number.h"

namespace weir::wavefront {

namespace {

bool is_space(char c) { return base::is_blank(c) || c == '\r'; }

// The two delta signs, U+2206 and U+0394, of which keyboards have one and the product the other.
constexpr std::array<std::string_view, 2> kDeltaSigns = {"\xE2\x88\x86", "\xCE\x94"};

bool begins_foreign_line(std::string_view line) {
  constexpr std::string_view kBeginnings = "@{[";  // events and source tags, span logs, logs
  return kBeginnings.find(line.front()) != std::string_view::npos;
}

bool begins_distribution(std::string_view line) {
  constexpr std::string_view kGranularities = "MHD";
  return line.size() > 2 && line[0] == '!' &&
         kGranularities.find(line[1]) != std::string_view::npos && is_space(line[2]);
}

std::size_t key_bytes(const Line& line) {
  std::size_t bytes = line.name.text.size();
  for (const Tag& tag : line.tags) bytes += tag.key.text.size() + tag.value.text.size();
  return bytes;
}

// The parts of a line in their order. Each step returns false when it has found a fault.
class Scanner {
 public:
  Scanner(std::string_view line, std::uint32_t weight_max, std::vector<Tag>& tags,
          std::vector<Centroid>& centroids)
      : rest_(line), weight_max_(weight_max), tags_(tags), centroids_(centroids) {}

  [[nodiscard]] bool scan() {
    if (begins_distribution(rest_)) return scan_distribution();
    return scan_name() && take_delta_sign() && scan_value() && scan_timestamp() && scan_tags();
  }
  [[nodiscard]] const Line& line() const { return line_; }
  [[nodiscard]] LineFault fault() const { return fault_; }

 private:
  bool fail(LineFault fault) {
    fault_ = fault;
    return false;
  }
  // Whether there is another word.
  bool skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return !rest_.empty();
  }

  bool scan_distribution() {
    rest_.remove_prefix(2);
    line_.kind = LineKind::Distribution;
    return scan_timestamp() && scan_centroids() && scan_name() && scan_tags();
  }

  bool scan_name() {
    if (!skip_spaces() || rest_.front() == '=') return fail(LineFault::MissingName);
    if (!scan_word(line_.name)) return false;
    return !line_.name.text.empty() || fail(LineFault::MissingName);
  }

  bool take_delta_sign() {
    for (const std::string_view sign : kDeltaSigns) {
      if (!line_.name.text.starts_with(sign)) continue;
      line_.kind = LineKind::Delta;
      line_.name.text.remove_prefix(sign.size());
      return !line_.name.text.empty() || fail(LineFault::MissingName);
    }
    return true;
  }

  bool scan_value() {
    Word word;
    if (!skip_spaces()) return fail(LineFault::BadValue);
    if (!scan_word(word)) return false;
    // A span has its tags here.
    if (skip_spaces() && rest_.front() == '=') return fail(LineFault::Unsupported);
    return read_number(word.text, line_.value) || fail(LineFault::BadValue);
  }

  bool scan_timestamp() {
    if (!skip_spaces() || !base::is_digit(rest_.front())) return true;
    const std::string_view beginning = rest_;
    Word word;
    if (!scan_word(word)) return false;
    // The key of a tag may begin with a digit.
    if (skip_spaces() && rest_.front() == '=') {
      rest_ = beginning;
      return true;
    }
    double time = 0;
    if (!read_number(word.text, time)) return fail(LineFault::BadTimestamp);
    line_.unix_seconds = static_cast<std::int64_t>(seconds_of(time));
    return true;
  }

  // As the proxy tells the units apart.
  static double seconds_of(double time) {
    if (time < 1e12) return std::floor(time);
    if (time < 1e13) return std::floor(time / 1e3);
    if (time < 1e16) return std::floor(time / 1e6);
    return std::min(std::floor(time / 1e9), 1e12);
  }

  bool scan_centroids() {
    while (skip_spaces() && rest_.front() == '#') {
      rest_.remove_prefix(1);
      Centroid centroid;
      if (!scan_centroid(centroid)) return false;
      centroids_.push_back(centroid);
    }
    line_.centroids = centroids_;
    return !centroids_.empty() || fail(LineFault::MissingCentroids);
  }

  bool scan_centroid(Centroid& centroid) {
    Word count;
    Word mean;
    if (!skip_spaces() || !scan_word(count) || !skip_spaces() || !scan_word(mean)) {
      return fail(LineFault::BadCentroid);
    }
    const auto [end, error] =
        std::from_chars(count.text.data(), count.text.data() + count.text.size(), centroid.count);
    const bool is_count = error == std::errc() && end == count.text.data() + count.text.size() &&
                          centroid.count > 0 && centroid.count <= weight_max_;
    return (is_count && read_number(mean.text, centroid.mean)) || fail(LineFault::BadCentroid);
  }

  bool scan_tags() {
    while (skip_spaces()) {
      Tag tag;
      if (!scan_tag(tag)) return false;
      tags_.push_back(tag);
    }
    line_.tags = tags_;
    if (line_.centroids.size() * key_bytes(line_) > LineParser::kKeyBytesMax) {
      return fail(LineFault::TooManyCentroids);
    }
    return true;
  }

  bool scan_tag(Tag& tag) {
    if (rest_.front() == '=') return fail(LineFault::BadTag);
    if (!scan_word(tag.key)) return false;
    if (tag.key.text.empty() || !skip_spaces() || rest_.front() != '=') {
      return fail(LineFault::BadTag);
    }
    rest_.remove_prefix(1);
    if (!skip_spaces() || rest_.front() == '=') return fail(LineFault::BadTag);
    return scan_word(tag.value);
  }

  // Precondition: `rest_` begins with it.
  bool scan_word(Word& word) {
    const char first = rest_.front();
    if (first == '"' || first == '\'') return scan_quoted(word, first);
    const std::size_t end = std::min(rest_.find_first_of(" =\t\r", 1), rest_.size());
    word.text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return true;
  }

  bool scan_quoted(Word& word, char quote) {
    word.quote = quote;
    std::size_t end = rest_.find(quote, 1);
    while (end != std::string_view::npos && rest_[end - 1] == '\\') {
      word.is_escaped = true;
      end = rest_.find(quote, end + 1);
    }
    if (end == std::string_view::npos) return fail(LineFault::UnmatchedQuote);
    word.text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return true;
  }

  // A finite one. Java's parser takes some forms more, which no client writes.
  static bool read_number(std::string_view text, double& value) {
    const base::Number number = base::parse_number(text);
    value = number.value;
    return number.fault == base::NumberFault::None && std::isfinite(value);
  }

  std::string_view rest_;
  const std::uint32_t weight_max_;
  std::vector<Tag>& tags_;
  std::vector<Centroid>& centroids_;
  Line line_;
  LineFault fault_ = LineFault::MissingName;
};

}  // namespace

bool is_blank(std::string_view line) { return std::ranges::all_of(line, is_space); }

base::Result<Line, LineFault> LineParser::parse(std::string_view line) {
  while (is_space(line.front())) line.remove_prefix(1);
  if (begins_foreign_line(line)) return LineFault::Unsupported;
  if (line.find('\0') != std::string_view::npos) return LineFault::ZeroByte;
  tags_.clear();
  centroids_.clear();
  Scanner scanner(line, weight_max_, tags_, centroids_);
  if (!scanner.scan()) return scanner.fault();
  return scanner.line();
}

}  // namespace weir::wavefront
