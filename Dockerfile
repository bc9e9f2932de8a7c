# SPDX-License-Identifier: Apache-2.0
FROM debian:12 AS build
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      g++ meson ninja-build pkg-config libboost1.81-dev libfmt-dev libre2-dev libyaml-cpp-dev zlib1g-dev libgtest-dev libgmock-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN meson setup /build --buildtype=release && meson compile -C /build \
    && meson test -C /build --print-errorlogs --suite unit --suite scenario \
    && strip -o /weir /build/src/app/weir

FROM debian:12-slim
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      libfmt9 libre2-9 libyaml-cpp0.7 zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /weir /usr/local/bin/weir
# nobody; a number, so that Kubernetes can see that it is not root.
USER 65534:65534
EXPOSE 9102 9125 9125/udp
ENTRYPOINT ["/usr/local/bin/weir"]
