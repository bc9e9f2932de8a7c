# SPDX-License-Identifier: Apache-2.0
# docker build --build-arg VERSION="$(cat VERSION)" --build-arg REVISION="$(git rev-parse HEAD)" -t weir .
# With --target busybox there are also sh and wget, for health checks and hooks that call them.
FROM debian:12 AS build
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      g++ meson ninja-build pkg-config libboost1.81-dev libcrypt-dev libfmt-dev libprotozero-dev libre2-dev libsnappy-dev libssl-dev libyaml-cpp-dev libzstd-dev zlib1g-dev \
      busybox-static netbase tzdata \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG REVISION=
RUN meson setup /build --buildtype=release -Dtests=disabled -Drevision="$REVISION" \
    && meson compile -C /build
RUN tests/scenarios/run_scenarios.py --weir /build/src/app/weir
# weir under its own name and that of the program that it stands in for; the libraries that it is linked with, their licences, and
# their packages' names for scanners; what the C library reads: names of hosts and services, time zones.
RUN install -D -s /build/src/app/weir /image/bin/weir \
    && ln -s weir /image/bin/statsd_exporter \
    && install -d -m 1777 /image/tmp \
    && install -m 644 LICENSE /image/ \
    && cp --parents /etc/nsswitch.conf /etc/services /image \
    && cp --parents -r /usr/share/zoneinfo /image \
    && mkdir -p /image/var/lib/dpkg/status.d \
    && for library in $(ldd /image/bin/weir | grep -o '/[^ ]*'); do \
         cp --parents -L "$library" /image \
         && package=$(dpkg -S "*/${library##*/}" | sed 's/:.*//;q') \
         && dpkg -s "$package" > "/image/var/lib/dpkg/status.d/$package" \
         && cp --parents -L "/usr/share/doc/$package/copyright" /image || exit 1; \
       done \
    && install -d /busybox/bin \
    && install /bin/busybox /busybox/bin/ \
    && cd /busybox/bin && for name in sh cat ls nc ps sleep wget; do ln -s busybox "$name"; done

FROM scratch AS weir
COPY --from=build /image /
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="weir" \
      org.opencontainers.image.description="StatsD exporter for Prometheus, in the place of statsd_exporter" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# nobody; numbers, so that Kubernetes can see that it is not root.
USER 65534:65534
EXPOSE 9102 9125 9125/udp
ENTRYPOINT ["/bin/statsd_exporter"]

FROM weir AS busybox
COPY --from=build /busybox /

# The one that is built when none is named.
FROM weir
