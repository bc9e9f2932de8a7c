// SPDX-License-Identifier: Apache-2.0
#include "lint/diagnostic_findings.h"

namespace weir::lint {

namespace {

using rulefile::DiagnosticKind;

std::string_view id_of(DiagnosticKind kind) {
  switch (kind) {
    case DiagnosticKind::Unreadable: return "file-unreadable";
    case DiagnosticKind::Syntax: return "yaml-syntax";
    case DiagnosticKind::WrongFile: return "file-wrong";
    case DiagnosticKind::UnknownKey: return "key-unknown";
    case DiagnosticKind::RepeatedKey: return "key-repeated";
    case DiagnosticKind::InvalidPattern: return "pattern-invalid";
    case DiagnosticKind::InvalidName: return "name-invalid";
    case DiagnosticKind::InvalidLabel: return "label-invalid";
    case DiagnosticKind::OldKey: return "key-deprecated";
    case DiagnosticKind::BareDuration: return "duration-without-unit";
    case DiagnosticKind::SecondDocument: return "document-ignored";
    case DiagnosticKind::NeverMatches: return "rule-shadowed";
    case DiagnosticKind::RepeatedMatch: return "rule-repeated";
    case DiagnosticKind::AfterGlob: return "regex-behind-glob";
    case DiagnosticKind::ImpossibleRegex: return "regex-impossible";
    case DiagnosticKind::ControlCharacter: return "regex-control-character";
    case DiagnosticKind::EmptyReference: return "capture-missing";
    case DiagnosticKind::LongReference: return "reference-unbraced";
    case DiagnosticKind::ReservedLabel: return "label-reserved";
    case DiagnosticKind::OtherType: return "name-other-type";
    case DiagnosticKind::OtherHelp: return "name-other-help";
    case DiagnosticKind::OtherOptions: return "name-other-options";
    case DiagnosticKind::PublishedTwice: return "name-published-twice";
    // There is no bound on how many are listed here.
    case DiagnosticKind::More:
    case DiagnosticKind::InvalidValue: break;
  }
  return "value-invalid";
}

}  // namespace

void add_diagnostics(std::span<const rulefile::Diagnostic> diagnostics, Findings& findings) {
  for (const auto& diagnostic : diagnostics) {
    findings.add(id_of(diagnostic.kind), {diagnostic.line, diagnostic.column}, diagnostic.message,
                 diagnostic.hint);
  }
}

}  // namespace weir::lint
