#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the files of the status page as a C++ source file that holds them, as status_files.h declares them.

    embed_files.py OUTPUT FILE...

FILE is a .html, a .css and several .js, which become one script, in their order. Comments that have lines to themselves, and what indents
lines, stay out.
"""

import pathlib
import re
import sys

NAMES = {".html": "kStatusHtml", ".css": "kStatusCss", ".js": "kStatusJs"}
SOURCE = """// Made by embed_files.py.
#include "app/web/status/status_files.h"

namespace weir::app {{

{constants}
}}  // namespace weir::app
"""
COMMENT_LINES = re.compile(r"^\s*(?://.*|/\*.*\*/)?\n", re.MULTILINE)
INDENTATION = re.compile(r"^[ ]+", re.MULTILINE)


def short(text):
    return INDENTATION.sub("", COMMENT_LINES.sub("", text))


def constant(name, text):
    assert ')page"' not in text
    return f'const std::string_view {name} = R"page({text})page";\n'


def source(files):
    texts = dict.fromkeys(NAMES, "")
    for path in files:
        texts[path.suffix] += short(path.read_text(encoding="utf-8"))
    return SOURCE.format(constants="\n".join(constant(NAMES[suffix], text) for suffix, text in texts.items()))


def main():
    output, *inputs = map(pathlib.Path, sys.argv[1:])
    output.write_text(source(inputs), encoding="utf-8")


if __name__ == "__main__":
    main()
