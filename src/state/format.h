// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// The layout of a state file. All numbers are little-endian.
//
//   header    magic, version, bytes of the header, Unix time of the save in nanoseconds, a
//             reserved word, CRC-32 of all these
//   blocks    bytes of the records, CRC-32 of the records, the records; a record may not cross the
//             end of a block
//   trailer   a block of 0 bytes, whose CRC-32 is that of the header's and all blocks' CRC-32 and
//             of what follows: the number of blocks and the number of series records
//
// A record is its bytes, its kind, and fields that depend on the kind (encoder.cc, decoder.cc). A
// family comes before its label names, these before their series.
//
// A version goes up with every change that a reader of the version before would take wrongly. A
// reader takes all versions up to its own.
namespace weir::state {

inline constexpr std::string_view kMagic = "WEIRSTAT";
inline constexpr std::uint32_t kVersion = 2;
// That of a file without pushed groups, which weir could read before there were any.
inline constexpr std::uint32_t kSeriesVersion = 1;
inline constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + 8 + 8 + 4;
inline constexpr std::size_t kBlockHeaderBytes = 4 + 4;
inline constexpr std::size_t kTrailerBytes = kBlockHeaderBytes + 8 + 8;
// Where a block ends that can be longer.
inline constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
// A summary with more is left out: one whose allowed error is 0 keeps every observation.
inline constexpr std::size_t kSketchEntriesMax = 1'000'000;
// Beyond what the longest record makes of one.
inline constexpr std::uint32_t kBlockBytesMax = std::uint32_t{64} << 20;

enum class Record : std::uint8_t {
  Family = 1,
  LabelNames = 2,
  Counter = 3,
  Gauge = 4,
  Histogram = 5,
  NativeHistogram = 6,
  Summary = 7,
  // A group of pushed metrics (push/saved_group.cc); after all series.
  Pushed = 8,
};

}  // namespace weir::state
