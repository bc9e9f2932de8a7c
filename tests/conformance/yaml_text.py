# SPDX-License-Identifier: Apache-2.0
"""Writes dicts, lists, texts and numbers as YAML in one of several ways of putting the same."""

import json


class Raw(str):
    """To be written as it stands: durations, odd numbers, and what is wrong on purpose."""


class Writer:
    def __init__(self, random):
        self._random = random

    def document(self, value):
        return "".join(line + "\n" for line in self._block(value))

    def _block(self, value):
        if isinstance(value, dict):
            return [line for key, inner in value.items() for line in self._entry(f"{key}:", inner)]
        return [line for inner in value for line in self._item(inner)]

    def _entry(self, key, value):
        if not isinstance(value, (dict, list)):
            return [f"{key} {self._scalar(value)}"]
        if not value or self._random.random() < 0.3:
            return [f"{key} {self._flow(value)}"]
        return [key, *("  " + line for line in self._block(value))]

    def _item(self, value):
        if not isinstance(value, dict) or not value:
            return ["- " + self._flow(value)]
        first, *others = self._block(value)
        return ["- " + first, *("  " + line for line in others)]

    def _flow(self, value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {self._flow(inner)}" for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        return self._scalar(value)

    def _scalar(self, value):
        if isinstance(value, bool):
            return self._random.choice(("true", "yes", "on", "True") if value else ("false", "no", "off", "False"))
        if value is None:
            return self._random.choice(("null", "~"))
        if isinstance(value, (int, float, Raw)):
            return str(value)
        if self._random.random() < 0.5 or not value.isprintable():
            return json.dumps(value)
        return "'" + value.replace("'", "''") + "'"
