# The image has only the program, the few libraries that it needs, CA certificates and a user. It has no shell and no package manager, and nothing
# to update in place. `make image` builds it. `make image-check` starts its file system without a container engine.

FROM swift:6.3.1-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libssl-dev libyaml-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies have a separate layer, which stays when the sources change.
COPY Package.swift ./
COPY .ci/dist/pin-packages.sh .ci/dist/resolved-packages.sh .ci/dist/swift-packages .ci/dist/
RUN .ci/dist/pin-packages.sh
COPY . .
RUN swift build $(.ci/release-flags) --product podscore && cp .build/release/podscore /podscore && .ci/dist/licenses.sh /licenses

# The libraries come from this stage and not from the Swift image. So Debian's security updates need no compiler, only a new build of this stage
# (docker build --no-cache-filter=system).
FROM debian:12-slim AS system
RUN apt-get update \
    && apt-get upgrade --yes \
    && apt-get install --yes --no-install-recommends binutils ca-certificates libssl3 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/*
COPY .ci/image-root.sh /usr/local/bin/
COPY --from=build /podscore /podscore
COPY --from=build /licenses /licenses
RUN image-root.sh /podscore /image /licenses

FROM scratch
LABEL org.opencontainers.image.title="podscore" \
    org.opencontainers.image.description="A validating admission webhook that scores Pods, and a scanner with the same score"
COPY --from=system /image/ /
# A number: the kubelet can check runAsNonRoot without reading the image.
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["/usr/bin/podscore"]
CMD ["--help"]
