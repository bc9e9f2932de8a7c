// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/page_writer.h"

#include "exposition/protobuf_text_writer.h"
#include "exposition/protobuf_writer.h"
#include "exposition/text_writer.h"

namespace weir::exposition {

std::unique_ptr<metrics::ReadingVisitor> make_writer(Format format, std::string& out) {
  switch (format) {
    case Format::Text: break;
    case Format::ProtobufDelimited: return std::make_unique<ProtobufWriter>(out);
    case Format::ProtobufText:
      return std::make_unique<ProtobufTextWriter>(out, ProtobufTextLayout::Indented);
    case Format::ProtobufCompactText:
      return std::make_unique<ProtobufTextWriter>(out, ProtobufTextLayout::OneLine);
  }
  return std::make_unique<TextWriter>(out);
}

}  // namespace weir::exposition
