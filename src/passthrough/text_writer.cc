// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/text_writer.h"

#include "weir/base/number.h"
#include "weir/metrics/naming.h"

namespace weir::passthrough {

namespace {

void append_sample(std::string& out, const Sample& sample) {
  out += sample.name;
  char separator = '{';
  for (const Label& label : sample.labels) {
    out += separator;
    out.append(label.name).append("=\"");
    metrics::append_escaped_label_value(out, label.value);
    out += '"';
    separator = ',';
  }
  if (!sample.labels.empty()) out += '}';
  out += ' ';
  base::append_number(out, sample.value);
  if (sample.timestamp_ms) out.append(" ").append(std::to_string(*sample.timestamp_ms));
  out += '\n';
}

}  // namespace

void write_text(std::span<const Family> families, std::string& out) {
  for (const Family& family : families) {
    if (!family.help.empty()) {
      out.append("# HELP ").append(family.name).push_back(' ');
      metrics::append_escaped_help(out, family.help);
      out += '\n';
    }
    out.append("# TYPE ").append(family.name).push_back(' ');
    out.append(type_word(family.type)).push_back('\n');
    for (const Sample& sample : family.samples) append_sample(out, sample);
  }
}

}  // namespace weir::passthrough
