// SPDX-License-Identifier: Apache-2.0
#include "passthrough/line_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "weir/base/utf8.h"

namespace weir::passthrough {

namespace {

constexpr std::string_view kReserved = "__name__";

// The label of which each value must be a number.
std::string_view number_label(FamilyType type) {
  if (type == FamilyType::Summary) return "quantile";
  return type == FamilyType::Histogram ? "le" : "";
}

}  // namespace

bool LineReader::count_sample() {
  if (++samples_ <= limits_.samples_max) return true;
  return scanner_.fail(fmt::format("more than {} samples", limits_.samples_max));
}

bool LineReader::read_labels(std::string_view family, FamilyType type, Sample& sample) {
  if (!scanner_.take('{')) return true;
  while (true) {
    scanner_.skip_blanks();
    if (scanner_.take('}')) break;
    if (!read_label(family, type, sample)) return false;
    scanner_.skip_blanks();
    if (scanner_.is_at_end()) return scanner_.fail_at_end();
    if (scanner_.take('}')) break;
    if (!scanner_.take(',')) {
      return scanner_.fail("unexpected end of label value " + quoted(sample.labels.back().value));
    }
  }
  scanner_.skip_blanks();
  return true;
}

bool LineReader::read_label(std::string_view family, FamilyType type, Sample& sample) {
  Label label;
  label.name = scanner_.take_label_name();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (label.name.empty()) {
    return scanner_.fail("invalid label name for metric " + quoted(family));
  }
  if (label.name == kReserved) {
    return scanner_.fail(fmt::format("label name \"{}\" is reserved", kReserved));
  }
  scanner_.skip_blanks();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (!scanner_.is_at('=')) {
    return scanner_.fail("expected '=' after label name, found " + quoted(scanner_.current()));
  }
  if (std::ranges::find(sample.labels, label.name, &Label::name) != sample.labels.end()) {
    return scanner_.fail("duplicate label names for metric " + quoted(family));
  }
  if (sample.labels.size() == limits_.labels_max) {
    return scanner_.fail(fmt::format("more than {} labels", limits_.labels_max));
  }
  scanner_.take('=');
  if (!read_label_value(type, label)) return false;
  sample.labels.push_back(std::move(label));
  return true;
}

bool LineReader::read_label_value(FamilyType type, Label& label) {
  scanner_.skip_blanks();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (!scanner_.is_at('"')) {
    return scanner_.fail("expected '\"' at start of label value, found " +
                         quoted(scanner_.current()));
  }
  if (!scanner_.take_quoted(label.value)) return false;
  if (!base::is_utf8(label.value)) {
    return scanner_.fail("invalid label value " + quoted(label.value));
  }
  double number = 0;
  if (label.name != number_label(type) || read_number(label.value, number)) return true;
  return scanner_.fail(fmt::format("expected float as value for '{}' label, got {}", label.name,
                                   quoted(label.value)));
}

bool LineReader::read_value(Sample& sample) {
  const auto text = scanner_.take_until_blank_or_line_end();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (read_number(text, sample.value)) return true;
  return scanner_.fail("expected float as value, got " + quoted(text));
}

}  // namespace weir::passthrough
