# SPDX-License-Identifier: Apache-2.0
"""What tests of pages and scrapers report, in TAP."""

import sys

SHOWN_MAX = 6


class Report:
    def __init__(self):
        self.count = 0
        self.has_failed = False

    def tell(self, name, faults, remark=""):
        self.count += 1
        self.has_failed = self.has_failed or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {self.count} - {name}{remark}")
        for fault in faults:
            print("# " + "\n# ".join(str(fault).splitlines()))
        sys.stdout.flush()


def differences(expected, found, is_like):
    """Of samples by their key, in words: a few of them."""
    faults = [f"{key} is missing" for key in expected if key not in found]
    faults += [f"{key} is too much: {found[key]}" for key in found if key not in expected]
    faults += [f"{key} is {found[key]}, not {value}" for key, value in expected.items() if key in found and not is_like(value, found[key])]
    return faults if len(faults) <= SHOWN_MAX else [*faults[:SHOWN_MAX], f"and {len(faults) - SHOWN_MAX} more"]
