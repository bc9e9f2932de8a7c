#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetches Grafana's schema of dashboards from npm, as its own types for TypeScript, and fails while a shipped dashboard does not have them.

    grafana_schema.py             the versions below
    grafana_schema.py VERSION...  only these

Needs node and npm.
"""

import pathlib
import subprocess
import sys
import tempfile

DASHBOARDS = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging" / "grafana"
# The first that takes the dashboards' version of the schema, and the newest when this was written.
VERSIONS = ("11.0.0", "13.2.3")
TYPESCRIPT = "5.9.3"
# Values of its enumerations are texts and numbers in JSON.
HEAD = """import type { Dashboard } from '@grafana/schema';
type Plain<T> = T extends string ? `${T}` : T extends number ? number : T extends (infer U)[] ? Plain<U>[] :
  T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const dashboard: Plain<Dashboard> = """
COMPILE = ["node_modules/.bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--moduleResolution", "node16"]


def fault(version):
    """What the compiler says; empty when all is well."""
    with tempfile.TemporaryDirectory(prefix="weir-grafana-") as folder:
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, f"@grafana/schema@{version}",
                        f"typescript@{TYPESCRIPT}"], check=True)
        sources = []
        for path in sorted(DASHBOARDS.glob("*.json")):
            sources.append(f"{path.stem}.ts")
            pathlib.Path(folder, sources[-1]).write_text(HEAD + path.read_text(encoding="utf-8") + ";\n", encoding="utf-8")
        done = subprocess.run([*COMPILE, *sources], cwd=folder, capture_output=True, text=True, check=False)
        print(f"{version}: {len(sources)} dashboards", flush=True)
        return done.stdout if done.returncode else ""


if __name__ == "__main__":
    sys.exit("".join(fault(version) for version in sys.argv[1:] or VERSIONS) or 0)
