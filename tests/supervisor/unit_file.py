# SPDX-License-Identifier: Apache-2.0
"""Reads a service unit and its environment file as systemd does, as far as command lines go (systemd.service(5), systemd.exec(5))."""

import re
import shlex

COMMENTS = ("#", ";")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
WORD_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


def logical_lines(text):
    """Without comments and blank lines; a backslash at the end joins a line with the next."""
    pending = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(COMMENTS) or (not stripped and not pending):
            continue
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
        else:
            yield pending + stripped
            pending = ""


def read_unit(text):
    """(section, key) -> last value."""
    values, section = {}, None
    for line in logical_lines(text):
        if line.startswith("["):
            section = line.strip("[]")
        else:
            key, _, value = line.partition("=")
            values[section, key.strip()] = value.strip()
    return values


def read_environment(text):
    """Of an EnvironmentFile: one pair of quotes around a value is not part of it."""
    environment = {}
    for line in logical_lines(text):
        key, _, value = line.partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        environment[key.strip()] = value
    return environment


def expand(word, environment):
    """A word of ExecStart, as zero or more arguments: `$NAME` alone is split at blanks, `${NAME}` stays one word."""
    alone = WORD_VARIABLE.fullmatch(word)
    if alone:
        return shlex.split(environment.get(alone.group(1), ""))
    return [VARIABLE.sub(lambda match: environment.get(match.group(1), ""), word).replace("$$", "$")]


def command_line(exec_start, environment):
    """(path of the program, argv)"""
    words = shlex.split(exec_start)
    has_argv0 = words[0].startswith("@")
    path = words[0].lstrip("@-:+!")
    arguments = [argument for word in words[1:] for argument in expand(word, environment)]
    return path, arguments if has_argv0 else [path, *arguments]
