# A static binary in an empty image: docker build -t scim-check . && docker run --rm scim-check run --embedded
FROM rust:1.95-alpine AS build
# For SQLite, ring and mimalloc, which are C. Which versions there are depends on the image.
# hadolint ignore=DL3018
RUN apk add --no-cache gcc musl-dev
WORKDIR /source
COPY . .
RUN cargo build --locked --release --bin scim-check \
    && mkdir /work \
    && cp target/release/scim-check /scim-check

FROM scratch
COPY --from=build /scim-check /scim-check
# Certificates of public authorities, for targets over https.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# Nobody in particular; what is mounted at /work must be theirs to write.
COPY --from=build --chown=65532:65532 /work /work
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/scim-check"]
