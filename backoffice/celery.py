"""The Celery engine: it wakes the same work that run_worker does, and holds nothing itself."""

import logging.config
import os

from celery import Celery
from celery.signals import (
    after_task_publish,
    beat_init,
    heartbeat_sent,
    setup_logging,
    worker_init,
    worker_ready,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

from django.conf import settings
from django.db import connections

app = Celery("backoffice", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    beat_schedule={
        "due-work": {
            "task": "backoffice.celery.run_due",
            "schedule": settings.WORK_POLL_INTERVAL,
            # A beat that was away does not bring a heap of stale wake-ups.
            "options": {"expires": 30},
        }
    },
)
app.set_default()


@setup_logging.connect
def log_as_everything_does(**_kwargs: object) -> None:
    """Keep Celery from logging in its own way, which masks nothing."""
    logging.config.dictConfig(settings.LOGGING)
    logging.captureWarnings(True)


@worker_init.connect
@beat_init.connect
def refuse_insecure(**_kwargs: object) -> None:
    """Stop a worker or schedule that starts with an insecure configuration."""
    from accounts_app import starting  # noqa: PLC0415 -- models need a loaded application

    starting.refuse_insecure()


@worker_ready.connect
def verify_audit_chain(**_kwargs: object) -> None:
    """Have the audit chain verified in the first round of work."""
    from accounts_app import schedule  # noqa: PLC0415 -- models need a loaded application

    schedule.at_start()


@beat_init.connect
def let_the_schedule_tell(**_kwargs: object) -> None:
    """Have the schedule, which does no work itself, raise alerts whenever it asks for some."""
    after_task_publish.connect(tell_of_card_numbers)


@heartbeat_sent.connect
def tell_of_card_numbers(**_kwargs: object) -> None:
    """Raise the alert about lines of this process, which keeps no connection open in between."""
    from accounts_app.services import card_alarm  # noqa: PLC0415 -- models need them loaded

    if card_alarm.tell_logged():
        connections.close_all()


@app.task
def run_due() -> None:
    """Do what is due. Run twice, or days late, nothing changes."""
    from accounts_app import work  # noqa: PLC0415 -- models need a loaded application

    work.run_due()
