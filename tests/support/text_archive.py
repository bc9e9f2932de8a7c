# SPDX-License-Identifier: Apache-2.0
r"""A text archive: several texts in one file, laid out as Go's txtar lays them out.

    # What the file shows: the lines before the first section, each with a `#`.
    -- NAME --
    the text of the section, up to the next line of that form
    -- NAME (escaped) --
    bytes that do not survive in a text file: \x0d is a byte by its number, \\ a backslash, and a backslash that ends a line joins it to the next

A name may stand several times; the order counts. A section without lines has no bytes. What is not escaped is UTF-8 without control characters other
than tab and newline, so a byte order mark, CR, NUL, invalid UTF-8 and a missing last newline need an escaped section.
"""

import re

MARKER = re.compile(r"-- (\S.*?)( \(escaped\))? --\n")
ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|(\\)|\n)")
TO_ESCAPE = re.compile(rb"[^ -~\n]|\\|^-(?=- )", re.MULTILINE)
# Editors and `git diff` neither show them nor keep them for certain.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")


class ArchiveError(Exception):
    """What is wrong with a file, after its path and line."""


def escaped(data):
    """The text of which `unescaped` makes `data` again."""
    text = TO_ESCAPE.sub(lambda byte: rb"\\" if byte[0] == b"\\" else b"\\x%02x" % byte[0][0], data)
    return (text if text.endswith(b"\n") or not text else text + b"\\\n").decode()


def unescaped(text):
    text = text.encode()
    if b"\\" in ESCAPE.sub(b"", text):
        raise ValueError(r"a backslash is followed by `x` and two digits, a backslash or the end of the line")
    return ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else found[2] or b"", text)


class Section:
    def __init__(self, name, data=b"", is_escaped=False, line=0):
        self.name = name
        self.data = data
        self.is_escaped = is_escaped
        self.line = line

    @property
    def text(self):
        return self.data.decode()

    @text.setter
    def text(self, text):
        self.data = text.encode()

    def formatted(self):
        return f"-- {self.name} (escaped) --\n{escaped(self.data)}" if self.is_escaped else f"-- {self.name} --\n{self.text}"


class TextArchive:
    def __init__(self, comment, sections):
        self.comment = comment
        self.sections = sections

    def formatted(self):
        return "".join(f"# {line}\n" for line in self.comment.splitlines()) + "".join(section.formatted() for section in self.sections)

    def write(self, path):
        path.write_bytes(self.formatted().encode())


class Parser:
    """Reads one file, and knows its line for errors."""

    def __init__(self, data, path):
        self.data = data
        self.path = path
        self.line = 1

    def archive(self):
        try:
            comment, sections = [], []
            for text in self.lines():
                if marker := MARKER.fullmatch(text):
                    sections.append(Section(marker[1], is_escaped=bool(marker[2]), line=self.line))
                elif sections:
                    sections[-1].data += unescaped(text) if sections[-1].is_escaped else text.encode()
                else:
                    comment.append(self.comment_of(text))
            if not comment:
                raise ValueError("the first line says what the file shows, after `# `")
        except ValueError as fault:
            raise ArchiveError(f"{self.path}:{self.line}: {fault}") from fault
        return TextArchive("\n".join(comment), sections)

    def lines(self):
        for self.line, data in enumerate(self.data.splitlines(keepends=True), 1):
            text = data.decode()
            if UNSEEN.search(text):
                raise ValueError("a byte that a text does not show, make the section `(escaped)`")
            if not text.endswith("\n"):
                raise ValueError("the last line has no end")
            yield text

    @staticmethod
    def comment_of(text):
        if not text.startswith("# "):
            raise ValueError("comments before the first section begin with `# `")
        return text[2:-1]


def parsed(data, path="archive"):
    return Parser(data, path).archive()


def read(path):
    """The archive in a file; raises ArchiveError."""
    return parsed(path.read_bytes(), path)
