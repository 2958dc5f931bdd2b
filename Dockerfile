# apilint in a small image: no shell or package index is needed to run it, and it runs as nobody in particular.
#   docker build -t apilint .
#   docker run --rm --network none --read-only -v "$PWD:/work:ro" apilint check
# The base is pinned by digest; `docker buildx imagetools inspect python:3.13-slim-trixie` has the newest.

FROM docker.io/library/python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285 AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.txt ./
# Every file that is downloaded has a hash there; after this step nothing is downloaded.
# hadolint ignore=DL3013
RUN pip download --quiet --require-hashes --only-binary :all: --requirement requirements.txt --dest /wheels \
    && pip install --quiet --no-index --find-links /wheels hatchling
COPY . ./
# The environment has what apilint needs to run: neither pip nor what built it. pip leaves byte code.
# hadolint ignore=DL3013
RUN pip wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/apilint \
    && pip --python /opt/apilint/bin/python install --quiet --no-index --find-links /wheels apilint

FROM docker.io/library/python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285
LABEL org.opencontainers.image.title="apilint" \
      org.opencontainers.image.description="A static API security linter for OpenAPI documents" \
      org.opencontainers.image.source="https://git.example/apilint" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/apilint /opt/apilint
ENV PATH=/opt/apilint/bin:$PATH
# The base has no byte code of the standard library, and the user below cannot write any: this leaves what a run needs.
# It shows, too, that the image works.
RUN --mount=type=bind,source=examples,target=/examples ["apilint", "check", "--exit-zero", "--preset", "audit", "--format", "sarif", "--format", "summary", "/examples/petstore.yaml"]
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["apilint"]
CMD ["--help"]
