ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/treasury-watch \
 && /opt/treasury-watch/bin/pip install --require-hashes -r requirements.lock \
 && python -m venv /opt/wheel \
 && /opt/wheel/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY treasury_watch treasury_watch
# What runs needs no installer: pip stays behind with the stage.
RUN /opt/wheel/bin/pip wheel --no-deps --no-index --no-build-isolation --wheel-dir dist . \
 && /opt/treasury-watch/bin/pip install --no-deps --no-index dist/*.whl \
 && /opt/treasury-watch/bin/pip uninstall --yes pip

FROM ${BASE}
LABEL org.opencontainers.image.title="Treasury Watch" \
      org.opencontainers.image.description="Watches who lends to the United States and alerts Slack" \
      org.opencontainers.image.licenses="MIT"
# The C library's allocator gives freed memory back to the system; Python's own pools keep it for as long as the bot runs.
ENV PATH=/opt/treasury-watch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONMALLOC=malloc \
    PYTHONDONTWRITEBYTECODE=1 \
    TREASURY_WATCH_DATABASE=sqlite:////var/lib/treasury-watch/treasury-watch.db \
    TREASURY_WATCH_HEARTBEAT=/var/lib/treasury-watch/heartbeat.json
# Owned by the bot, so that a new named volume mounted here is too. Everything else may be read-only.
RUN mkdir /var/lib/treasury-watch && chown 10001:10001 /var/lib/treasury-watch
COPY --from=build /opt/treasury-watch /opt/treasury-watch
# Where config.yaml is looked for. Mount your own files over these.
WORKDIR /etc/treasury-watch
COPY config.yaml ./
COPY rules rules
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s --retries=3 CMD ["treasury-watch", "alive"]
ENTRYPOINT ["treasury-watch"]
CMD ["run"]
