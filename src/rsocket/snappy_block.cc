// SPDX-License-Identifier: Apache-2.0
#include "rsocket/snappy_block.h"

#include <snappy.h>

namespace weir::rsocket {

std::optional<std::size_t> unpacked_size(std::string_view block) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size)) return std::nullopt;
  return size;
}

std::optional<std::string> unpack(std::string_view block) {
  std::string text;
  if (!snappy::Uncompress(block.data(), block.size(), &text)) return std::nullopt;
  return text;
}

std::string pack(std::string_view text) {
  std::string block;
  snappy::Compress(text.data(), text.size(), &block);
  return block;
}

}  // namespace weir::rsocket
