"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

application = get_wsgi_application()

from accounts_app import starting  # noqa: E402 -- the settings must be loaded

starting.refuse_insecure()

# Makes our Celery application the one that work.wake sends to.
import backoffice.celery  # noqa: E402, F401
