# One image for every process of Tandem; docker-compose.yml says which one runs what.
# For a GPU: docker compose build --build-arg \
#   TORCH="torch==2.13.0 --index-url <the index for your CUDA>"
FROM python:3.11-slim-bookworm AS packages
ARG TORCH=torch==2.13.0
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --no-deps --require-hashes -r /tmp/base.txt && /venv/bin/pip install ${TORCH}

# The proxy's image, whose certificates are kept in volumes that its user may write.
FROM caddy:2-alpine AS proxy
RUN adduser -D -H -u 10002 proxy && chown -R proxy /data /config
USER proxy

FROM python:3.11-slim-bookworm AS tandem
# A model worker compiles its CPU program for the processor that it meets, at its first
# start; without a compiler it runs in torch, several times slower.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data tandem && install -d -o tandem /data
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    TANDEM_HOME=/data TANDEM_PRODUCTION=1 TANDEM_BIND=0.0.0.0
USER tandem
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "start", "web"]
