# SPDX-License-Identifier: Apache-2.0
"""Reads what `protoc --decode` prints: messages as dicts of lists, fields in the order printed."""

import re

FIELD = re.compile(r'\s*(\w+): (.*)')
OPENING = re.compile(r"\s*(\w+) \{")
ESCAPE = re.compile(rb"\\([0-7]{3}|x[0-9a-fA-F]{2}|.)")
PLAIN_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class DecodeError(ValueError):
    pass


def unescaped(match):
    code = match[1]
    if len(code) == 3:
        return bytes([int(code, 16) if code[:1] == b"x" else int(code, 8)])
    return PLAIN_ESCAPES.get(code, code)


def scalar(text):
    if text.startswith('"'):
        return ESCAPE.sub(unescaped, text[1:-1].encode()).decode()
    return text


def read(text):
    """A field that the .proto has not is printed by its number, and is an error."""
    message, above = {}, []
    for line in text.splitlines():
        if line.strip() == "}":
            message = above.pop()
            continue
        match = FIELD.fullmatch(line) or OPENING.fullmatch(line)
        if not match or match[1].isdigit():
            raise DecodeError(f"not a field of the message: {line.strip()!r}")
        if match.re is FIELD:
            message.setdefault(match[1], []).append(scalar(match[2]))
            continue
        inner = {}
        message.setdefault(match[1], []).append(inner)
        above.append(message)
        message = inner
    return message
