# SPDX-License-Identifier: Apache-2.0
"""The families of a page, and the record of those of the exporters beside weir: families.txt, which run.py --record writes."""

import pathlib
import re

RECORD = pathlib.Path(__file__).resolve().parent / "families.txt"
TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
HEAD = """# SPDX-License-Identifier: Apache-2.0
# The families of the exporters that docs/together.md scrapes beside weir: exporter, family, type. tests/together/run.py --record writes it.
"""


def of_page(text):
    """name -> type. One without a type is `untyped`."""
    return dict(TYPE.findall(text))


def clashes(ours, theirs):
    """name -> (our type, their type), where they differ."""
    return {name: (kind, theirs[name]) for name, kind in ours.items() if theirs.get(name, kind) != kind}


def write(versions, pages):
    """exporter -> its version, and exporter -> name -> type"""
    lines = [f"# {exporter}: {version}" for exporter, version in sorted(versions.items())]
    lines += [f"{exporter} {name} {kind}" for exporter, page in sorted(pages.items()) for name, kind in sorted(page.items())]
    RECORD.write_text(HEAD + "".join(line + "\n" for line in lines), encoding="utf-8")


def recorded():
    """exporter -> name -> type"""
    pages = {}
    for line in RECORD.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            exporter, name, kind = line.split()
            pages.setdefault(exporter, {})[name] = kind
    return pages
