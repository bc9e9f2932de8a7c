// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::rulefile {

// An error keeps a mapping file from being used, a warning does not.
enum class Severity : std::uint8_t { Error, Warning };

// What a diagnostic is about.
enum class DiagnosticKind : std::uint8_t {
  Unreadable,        // the file, or its bytes
  Syntax,            // no YAML
  WrongFile,         // another kind of file than a mapping file
  UnknownKey,        // of a map
  RepeatedKey,       // of a map
  InvalidValue,      // a value that its key cannot have, or that goes with no other
  InvalidPattern,    // a glob or regex
  InvalidName,       // of a metric
  InvalidLabel,      // the name of a label
  OldKey,            // a key or value of older releases
  BareDuration,      // a duration without a unit
  SecondDocument,    // a part of the file that is not read
  NeverMatches,      // a rule whose names an earlier, wider one takes
  RepeatedMatch,     // a rule that has the pattern of an earlier one
  AfterGlob,         // a regex whose names a glob takes
  ImpossibleRegex,   // a regex that needs what no name holds
  ControlCharacter,  // a regex whose escapes YAML has decoded
  EmptyReference,    // a reference in a template that nothing ever fills
  LongReference,     // the same, as it goes on into the text after it: `$1_x`
  ReservedLabel,     // a label that costs the rule some of its samples
  OtherType,         // two rules that disagree about one metric's type,
  OtherHelp,         // its help,
  OtherOptions,      // or its buckets, quantiles or `publish`
  PublishedTwice,    // a name that both a rule and the `publish` of another give
  More,              // how many diagnostics are left out
};

// One thing that is wrong or doubtful about a mapping file.
struct Diagnostic {
  Severity severity = Severity::Error;
  DiagnosticKind kind = DiagnosticKind::InvalidValue;
  std::string file;
  // Both count from 1, the column in bytes; 0 for what concerns the whole file.
  std::size_t line = 0;
  std::size_t column = 0;
  // What is wrong. One line of printable characters, like the others.
  std::string message;
  // What to do; "" when the message says it.
  std::string hint;
};

// One line, `file:line:column: message, hint`.
[[nodiscard]] std::string text_of(const Diagnostic& diagnostic);

}  // namespace weir::rulefile
