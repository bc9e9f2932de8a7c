#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes mapping files as a C++ source file that holds them.

    embed_mappings.py OUTPUT FILE.yml...
"""

import pathlib
import sys

HEAD = """// Made by embed_mappings.py.
#include <array>

#include "weir/rulefile/builtin.h"

// Compilers need to take 65,536 bytes only; ours take more.
#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace weir::rulefile {

std::span<const BuiltinMapping> builtin_mappings() {
  static constexpr std::array<BuiltinMapping, %d> kMappings{{
"""
TAIL = """  }};
  return kMappings;
}

}  // namespace weir::rulefile
"""


def literal(line):
    """A string literal of these bytes. Octal escapes end after three digits, whatever follows."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("?"): "\\?"}
    return '"' + "".join(plain.get(byte, chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in line) + '"'


def entry(path):
    text = path.read_bytes()
    lines = text.splitlines(keepends=True) or [b""]
    # With its length: a compiler may refuse to count so far.
    return f"      {{{literal(path.stem.encode())},\n       {{" + "\n        ".join(map(literal, lines)) + f", {len(text)}}}}},\n"


def main():
    output, *inputs = map(pathlib.Path, sys.argv[1:])
    files = sorted(inputs, key=lambda path: path.stem)
    output.write_text(HEAD % len(files) + "".join(map(entry, files)) + TAIL, encoding="ascii")


if __name__ == "__main__":
    main()
