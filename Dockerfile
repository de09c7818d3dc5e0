# The image is a file system of its own making: the program, the few libraries it is linked with, CA certificates, a user. No shell, no package
# manager, nothing to update in place. `make image` builds it, `make image-check` starts what the last stage copies without a container engine.

FROM swift:6.3.1-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libssl-dev libyaml-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies have a layer of their own, which a change to the sources leaves alone.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN swift build $(.ci/release-flags) --product podscore && cp .build/release/podscore /podscore

# The libraries come from here and not from the Swift image: security updates of Debian need no compiler, only this stage anew
# (docker build --no-cache-filter=system).
FROM debian:12-slim AS system
RUN apt-get update \
    && apt-get upgrade --yes \
    && apt-get install --yes --no-install-recommends binutils ca-certificates libssl3 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/*
COPY .ci/image-root.sh /usr/local/bin/
COPY --from=build /podscore /podscore
RUN image-root.sh /podscore /image

FROM scratch
LABEL org.opencontainers.image.title="podscore" \
    org.opencontainers.image.description="A validating admission webhook that scores Pods, and a scanner with the same score"
COPY --from=system /image/ /
# A number, so that runAsNonRoot can be checked without looking into the image.
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["/usr/bin/podscore"]
CMD ["--help"]
