# SPDX-License-Identifier: Apache-2.0
"""What a name is called where a scraper cannot take it as it is: the four schemes of `escaping=` in `Accept` and `Content-Type`."""

import re

LEGACY_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LEGACY_CHARACTER = re.compile(r"[a-zA-Z0-9_:]")


def is_legacy(name):
    return LEGACY_NAME.fullmatch(name) is not None


def fits(character, place):
    return LEGACY_CHARACTER.fullmatch(character) is not None and not (place == 0 and character.isdigit())


def underscores(name):
    return "".join(character if fits(character, place) else "_" for place, character in enumerate(name))


def dots(name):
    special = {"_": "__", ".": "_dot_"}
    return "".join(special.get(character) or (character if fits(character, place) else "__") for place, character in enumerate(name))


def values(name):
    return "U__" + "".join("__" if character == "_" else character if fits(character, place) else f"_{ord(character):x}_"
                           for place, character in enumerate(name))


SCHEMES = {"allow-utf-8": lambda name: name, "underscores": underscores, "dots": dots, "values": values}


def escaped(name, scheme):
    """A name that needs no scheme is left as it is by each of them."""
    return name if is_legacy(name) else SCHEMES[scheme](name)
