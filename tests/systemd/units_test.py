#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The unit files as systemd reads them, without one that runs; run_systemd.py has them started."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import tap  # noqa: E402

PACKAGING = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging"
UNITS = ("weir.service", "weir.socket", "weir-http.socket")
EXPOSURE_MAX = 1.2
SECONDS_MAX = 60


def analyze(*arguments):
    done = subprocess.run(["systemd-analyze", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX,
                          check=False)
    return done.returncode, done.stdout


@unittest.skipIf(shutil.which("systemd-analyze") is None, "no systemd-analyze")
class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-units-")
        self.addCleanup(folder.cleanup)
        self.units = []
        for name in UNITS:
            path = pathlib.Path(folder.name, name)
            # Not installed here, and it has to be there.
            path.write_text((PACKAGING / name).read_text().replace("/usr/local/bin/weir", str(tap.weir().resolve())))
            self.units.append(path)

    def test_systemd_finds_no_fault(self):
        self.assertEqual(analyze("verify", *self.units), (0, ""))

    def test_systemd_would_find_one(self):
        self.units[0].write_text(self.units[0].read_text().replace("WatchdogSec=", "WatchdogSecs="))
        self.assertIn("WatchdogSecs", analyze("verify", *self.units)[1])

    def test_service_is_hardened(self):
        text = analyze("security", "--offline=true", self.units[0])[1]
        self.assertLessEqual(float(re.search(r"exposure level for weir.service: (\S+)", text).group(1)), EXPOSURE_MAX)


if __name__ == "__main__":
    tap.main()
