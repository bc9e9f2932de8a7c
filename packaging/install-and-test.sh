#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian 12: installs what the build and the tests need, builds weir and runs all tests. Arguments go to `meson test`.
set -euo pipefail
cd "$(dirname "$0")/.."
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

as_root apt-get update -q
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
  g++ meson ninja-build pkg-config libboost1.81-dev libcrypt-dev libfmt-dev libprotozero-dev libre2-dev libsnappy-dev libssl-dev libyaml-cpp-dev libzstd-dev zlib1g-dev \
  libgtest-dev libgmock-dev ca-certificates curl git graphviz openssl prometheus protobuf-compiler python3 python3-prometheus-client python3-venv zstd
# What weir is compared with, where Go is there to build it.
if command -v go >/dev/null; then go install github.com/prometheus/statsd_exporter@v0.31.0; fi
# Minutes of building, so only where it is asked for; what is there already is used.
if [ -n "${WEIR_INSTALL_PROMETHEUS3:-}" ]; then tests/support/prometheus_3.py; fi
# Less to optimize is less to wait for: what counts here is that everything is right.
[ -e build-test/build.ninja ] || meson setup build-test -Dtogether=true -Ddebug=false -Doptimization=1
meson compile -C build-test

exec meson test -C build-test --print-errorlogs "$@"
