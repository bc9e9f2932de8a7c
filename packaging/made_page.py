# SPDX-License-Identifier: Apache-2.0
"""A page of docs/ of which a part is made from what weir says of itself, and the rest is written by hand."""

import argparse
import pathlib
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"


def main(script, description, page, make):
    """The command line of `script`. `make(weir)` is the part between the two lines of `page` that name the script."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=description)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    begin, end = (f"<!-- {word} of what packaging/{script} writes -->\n" for word in ("Begin", "End"))
    file = DOCS / page
    old = file.read_text(encoding="utf-8")
    head, has_begin, rest = old.partition(begin)
    _, has_end, tail = rest.partition(end)
    if not has_begin or not has_end:
        sys.exit(f"docs/{page} lacks the lines {begin.strip()} and {end.strip()}")
    new = head + begin + "\n" + make(options.weir) + "\n" + end + tail
    if options.check and new != old:
        sys.exit(f"docs/{page} is not what weir says; write it again: packaging/{script} --weir {options.weir}")
    if not options.check:
        file.write_text(new, encoding="utf-8")
