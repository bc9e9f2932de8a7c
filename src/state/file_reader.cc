// SPDX-License-Identifier: Apache-2.0
#include "state/file_reader.h"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "state/bytes.h"
#include "state/checksum.h"
#include "state/decoder.h"
#include "state/format.h"

namespace weir::state {

namespace {

class FileReader {
 public:
  FileReader(Source& source, metrics::StateVisitor& visitor) : source_(source), decoder_(visitor) {}

  ReadResult read() {
    if (read_header()) {
      while (read_block()) {
      }
    }
    result_.series = decoder_.series();
    return std::move(result_);
  }

 private:
  bool fail(Verdict verdict, std::string reason) {
    result_.verdict = verdict;
    result_.reason = std::move(reason);
    return false;
  }
  bool damaged(std::string_view what) {
    return fail(Verdict::Damaged, fmt::format("{} at byte {}", what, result_.bytes));
  }
  // Exactly so many bytes, or false. Grows as they come: the number may be a lie.
  bool take(std::string& to, std::size_t size) {
    constexpr std::size_t kStep = std::size_t{1} << 20;
    to.clear();
    while (to.size() < size) {
      const std::size_t before = to.size();
      to.resize(std::min(size, before + kStep));
      const std::size_t got = source_.read(to.data() + before, to.size() - before);
      to.resize(before + got);
      if (got == 0) return damaged("the file ends too early");
    }
    result_.bytes += size;
    return true;
  }
  bool read_header();
  bool read_block();
  bool read_trailer(std::uint32_t sum);

  Source& source_;
  Decoder decoder_;
  ReadResult result_;
  std::string bytes_;
  std::uint32_t sums_ = 0;
  std::uint64_t blocks_ = 0;
};

bool FileReader::read_header() {
  if (!take(bytes_, kHeaderBytes)) return false;
  if (!bytes_.starts_with(kMagic)) return fail(Verdict::Damaged, "it is no state file of weir");
  const std::string_view checked = std::string_view(bytes_).substr(0, kHeaderBytes - 4);
  ByteReader in(std::string_view(bytes_).substr(kMagic.size()));
  const auto version = in.get<std::uint32_t>();
  const auto header_bytes = in.get<std::uint32_t>();
  const std::int64_t saved_at = in.get<std::int64_t>();
  static_cast<void>(in.get<std::uint64_t>());
  const auto sum = in.get<std::uint32_t>();
  if (checksum(checked) != sum) return damaged("the checksum is wrong");
  if (version > kVersion) {
    return fail(Verdict::Newer, fmt::format("its format is {}, this version of weir reads up to {}",
                                            version, kVersion));
  }
  if (version == 0 || header_bytes != kHeaderBytes) return damaged("the header is wrong");
  constexpr std::int64_t kLatest = std::int64_t{4'000'000'000} * 1'000'000'000;
  result_.saved_at =
      base::UnixTime(std::chrono::nanoseconds(std::clamp<std::int64_t>(saved_at, 0, kLatest)));
  sums_ = add_to_checksum(0, sum);
  return true;
}

bool FileReader::read_block() {
  if (!take(bytes_, kBlockHeaderBytes)) return false;
  ByteReader in(bytes_);
  const auto size = in.get<std::uint32_t>();
  const auto sum = in.get<std::uint32_t>();
  if (size == 0) return read_trailer(sum);
  if (size > kBlockBytesMax) return damaged("a block is too long");
  if (!take(bytes_, size)) return false;
  if (checksum(bytes_) != sum) return damaged("the checksum is wrong");
  if (!decoder_.read_block(bytes_)) return damaged("a record is wrong");
  sums_ = add_to_checksum(sums_, sum);
  ++blocks_;
  return true;
}

bool FileReader::read_trailer(std::uint32_t sum) {
  if (!take(bytes_, kTrailerBytes - kBlockHeaderBytes)) return false;
  ByteReader in(bytes_);
  const auto blocks = in.get<std::uint64_t>();
  const auto series = in.get<std::uint64_t>();
  if (trailer_checksum(sums_, blocks, series) != sum) return damaged("the checksum is wrong");
  if (blocks != blocks_ || series != decoder_.series()) return damaged("blocks are missing");
  char more = 0;
  if (source_.read(&more, 1) != 0) return damaged("bytes follow the end");
  return false;
}

}  // namespace

ReadResult read_file(Source& source, metrics::StateVisitor& visitor) {
  return FileReader(source, visitor).read();
}

}  // namespace weir::state
