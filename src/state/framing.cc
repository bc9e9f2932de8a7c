// SPDX-License-Identifier: Apache-2.0
#include "state/framing.h"

#include "state/bytes.h"
#include "state/checksum.h"
#include "state/format.h"

namespace weir::state {

std::string Framing::header(base::UnixTime saved_at, std::uint32_t version) {
  std::string header(kMagic);
  ByteWriter out(header);
  out.put(version);
  out.put(static_cast<std::uint32_t>(kHeaderBytes));
  out.put(saved_at.time_since_epoch());
  out.put(std::uint64_t{0});
  const std::uint32_t sum = checksum(header);
  out.put(sum);
  sums_ = add_to_checksum(0, sum);
  return header;
}

std::string Framing::block_header(std::string_view records) {
  std::string header;
  ByteWriter out(header);
  const std::uint32_t sum = checksum(records);
  out.put(static_cast<std::uint32_t>(records.size()));
  out.put(sum);
  sums_ = add_to_checksum(sums_, sum);
  ++blocks_;
  return header;
}

std::string Framing::trailer(std::uint64_t series) const {
  std::string trailer;
  ByteWriter out(trailer);
  out.put(std::uint32_t{0});
  out.put(trailer_checksum(sums_, blocks_, series));
  out.put(blocks_);
  out.put(series);
  return trailer;
}

}  // namespace weir::state
