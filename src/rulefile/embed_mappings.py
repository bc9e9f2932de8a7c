#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes mapping files as a C++ source file that holds them, in the form of builtin_store.h.

    embed_mappings.py OUTPUT FILE.yml...

The files share most of their rules: each different one is stored once, and all of them compressed.
"""

import pathlib
import re
import sys
import zlib

RULE_BEGIN = re.compile(rb"^(?=  - match)", re.MULTILINE)
NUMBERS_A_LINE = 20
SOURCE = """// Made by embed_mappings.py.
#include <array>
#include <cstdint>

#include "rulefile/builtin_store.h"

namespace weir::rulefile {{

namespace {{

{arrays}
constexpr std::array<StoredMapping, {count}> kMappings{{{{
{entries}}}}};

}}  // namespace

const BuiltinStore& builtin_store() {{
  static constexpr BuiltinStore kStore{{kMappings, kBlockEnds, kCompressed}};
  return kStore;
}}

}}  // namespace weir::rulefile
"""


def array(element, name, numbers):
    lines = [", ".join(map(str, numbers[i:i + NUMBERS_A_LINE])) for i in range(0, len(numbers), NUMBERS_A_LINE)]
    return f"constexpr std::array<{element}, {len(numbers)}> {name}{{\n    " + ",\n    ".join(lines) + "};\n"


def store(files):
    """(the different blocks of name -> text, name -> the numbers of its blocks)"""
    known, numbers = {}, {}
    for name, text in files.items():
        numbers[name] = [known.setdefault(block, len(known)) for block in RULE_BEGIN.split(text)]
    return list(known), numbers


def ends_of(blocks):
    ends = [0]
    for block in blocks:
        ends.append(ends[-1] + len(block))
    return ends[1:]


def source(files):
    blocks, numbers = store(files)
    # Numbers of blocks are of 16 bits.
    assert len(blocks) < 1 << 16
    arrays = [array("std::uint16_t", f"kBlocks{i}", chosen) for i, chosen in enumerate(numbers.values())]
    arrays.append(array("std::uint32_t", "kBlockEnds", ends_of(blocks)))
    arrays.append(array("unsigned char", "kCompressed", zlib.compress(b"".join(blocks), 9)))
    entries = "".join(f'    {{"{name}", kBlocks{i}}},\n' for i, name in enumerate(files))
    return SOURCE.format(arrays="\n".join(arrays), count=len(files), entries=entries)


def main():
    output, *inputs = map(pathlib.Path, sys.argv[1:])
    files = {path.stem: path.read_bytes() for path in sorted(inputs, key=lambda path: path.stem)}
    output.write_text(source(files), encoding="ascii")


if __name__ == "__main__":
    main()
