# The back-office alone: no sandbox, no tests, no secrets. The same image serves, works and migrates.
FROM python:3.13-slim AS wheels
WORKDIR /build
COPY requirements.lock .
RUN pip wheel --no-cache-dir --require-hashes --wheel-dir /wheels --requirement requirements.lock

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin backoffice
# A volume mounted there takes this owner over: anchors of the audit chain are written by us alone.
RUN install --directory --owner=backoffice --mode=0700 /anchors
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-compile /wheels/*.whl
WORKDIR /app
COPY manage.py gunicorn.conf.py ./
COPY backoffice backoffice
COPY accounts_app accounts_app
COPY templates templates
COPY locale locale
# Django wants some key before it lists its files; this one signs nothing and is not kept.
RUN SECRET_KEY=used-while-collecting-static-files-only python manage.py collectstatic --noinput

USER backoffice
EXPOSE 8000
# Asks under the public name, because Django refuses hosts that are not in ALLOWED_HOSTS.
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["python", "-c", "\
import os, urllib.parse, urllib.request; \
host = urllib.parse.urlsplit(os.environ['PUBLIC_URL']).netloc; \
ask = urllib.request.Request('http://127.0.0.1:8000/livez', headers={'Host': host}); \
urllib.request.urlopen(ask, timeout=3)"]
CMD ["gunicorn", "backoffice.wsgi", "--bind=0.0.0.0:8000", "--workers=2", \
     "--worker-class=gthread", "--threads=8", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
