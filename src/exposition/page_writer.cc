// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/page_writer.h"

#include <utility>

#include "exposition/escaping_visitor.h"
#include "exposition/openmetrics_writer.h"
#include "exposition/protobuf_text_writer.h"
#include "exposition/protobuf_writer.h"
#include "exposition/text_writer.h"

namespace weir::exposition {

namespace {

std::unique_ptr<metrics::ReadingVisitor> make_plain_writer(const WriterOptions& options,
                                                           std::string& out) {
  switch (options.format) {
    case Format::Text:
    case Format::Text1: break;
    case Format::OpenMetrics001:
    case Format::OpenMetrics100:
      return std::make_unique<OpenMetricsWriter>(out, options.has_created_samples);
    case Format::ProtobufDelimited: return std::make_unique<ProtobufWriter>(out);
    case Format::ProtobufText:
      return std::make_unique<ProtobufTextWriter>(out, ProtobufTextLayout::Indented);
    case Format::ProtobufCompactText:
      return std::make_unique<ProtobufTextWriter>(out, ProtobufTextLayout::OneLine);
  }
  return std::make_unique<TextWriter>(out);
}

}  // namespace

std::unique_ptr<metrics::ReadingVisitor> make_writer(const WriterOptions& options,
                                                     std::string& out) {
  auto writer = make_plain_writer(options, out);
  if (!options.has_utf8_names || options.escaping == Escaping::AllowUtf8) return writer;
  return std::make_unique<EscapingVisitor>(options, std::move(writer));
}

}  // namespace weir::exposition
