# One process, no root, nothing writable but what is said (alerts/) and what is remembered (db/):
#
#   docker build -t tracker .
#   docker run --read-only --tmpfs /tmp --network host -v tracker-alerts:/home/watch/alerts -v tracker-db:/home/watch/db tracker
#
# The page listens on loopback only, hence --network host; leave it out for a tracker without a page to look at.

FROM python:3.12-slim AS build
WORKDIR /build
# The libraries first: they change seldom, and Docker keeps this layer as long as pyproject.toml stays the same.
COPY pyproject.toml ./
RUN python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
extras = project['optional-dependencies']; \
print(*project['dependencies'], *extras['postgres'], *extras['chat'], sep='\\n')" > libraries.txt \
    && python -m venv --without-pip /opt/tracker \
    && pip --python /opt/tracker/bin/python install --no-cache-dir --no-compile --requirement libraries.txt
COPY README.md ./
COPY tracker tracker
# pandas brings its own test suite, a fifth of the image. What is left is compiled here, because nobody can later.
RUN pip --python /opt/tracker/bin/python install --no-cache-dir --no-compile --no-deps '.[postgres,chat]' \
    && rm -rf /opt/tracker/lib/python3.12/site-packages/pandas/tests \
    && python -m compileall -q /opt/tracker/lib/python3.12/site-packages

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --home-dir /home/watch --shell /usr/sbin/nologin tracker
COPY --from=build /opt/tracker /opt/tracker
COPY indicators.yaml indicators.schema.json /home/watch/
COPY --chown=10001:10001 alerts/README.md /home/watch/alerts/
COPY --chown=10001:10001 db/README.md db/schema.sql db/baseline.csv /home/watch/db/
# COPY makes a missing folder as root, and keeps the rights that the files have where the image is built. The two folders that
# are written to belong to the tracker, and it can read all of them.
RUN chown 10001:10001 /home/watch/alerts /home/watch/db && chmod -R u+rwX,go+rX /home/watch
ENV PATH=/opt/tracker/bin:$PATH \
    TRACKER_HOME=/home/watch \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /home/watch
VOLUME ["/home/watch/alerts", "/home/watch/db"]
HEALTHCHECK --interval=60s --timeout=15s --start-period=90s --retries=3 CMD ["tracker", "status"]
ENTRYPOINT ["tracker"]
CMD ["run"]
