# SPDX-License-Identifier: Apache-2.0
"""The names of the daemon's own metrics, as the tables of its collectors declare them."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DECLARED = re.compile(r'\b\w*Metric\{\s*"([a-z_]+)"')


def declared():
    """In the order of the files, those that do not show yet included."""
    names = [name for path in sorted(ROOT.glob("src/**/*_metrics.cc")) for name in DECLARED.findall(path.read_text(encoding="utf-8"))]
    assert len(names) > 70, names
    return names
