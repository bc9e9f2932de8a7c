#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian 12: installs what the build needs, builds weir, installs it to /usr/local and runs it in the foreground. Arguments go to weir.
set -euo pipefail
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

as_root apt-get update -q
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
  g++ meson ninja-build pkg-config libboost1.81-dev libcrypt-dev libfmt-dev libprotozero-dev libre2-dev libsnappy-dev libssl-dev libyaml-cpp-dev libzstd-dev zlib1g-dev
[ -e build/build.ninja ] || meson setup build --buildtype=release -Dtests=disabled
meson compile -C build
as_root meson install -C build --no-rebuild

exec /usr/local/bin/weir "$@"
