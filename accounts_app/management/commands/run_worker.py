"""The bundled worker: wakes the work until it is told to stop. Several may run side by side."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

import django.db
import structlog
from django.conf import settings
from django.core.management.base import BaseCommand

from accounts_app import schedule, starting, work

log = structlog.get_logger()


class Command(BaseCommand):
    """Do due work, again and again; or one round of it."""

    help = "Do due work until SIGTERM or Ctrl-C; the row in hand is finished first."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stopping = threading.Event()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --once."""
        parser.add_argument("--once", action="store_true", help="do one round and end")

    def handle(self, *, once: bool, **_options: Any) -> None:
        """Run one round, or rounds until a signal comes; nothing in an insecure configuration."""
        starting.refuse_insecure()
        if once:
            self._say(work.run_due())
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log.info("worker started")
        schedule.at_start()
        while not self._stopping.is_set():
            if not self._round():
                self._stopping.wait(settings.WORK_POLL_INTERVAL.total_seconds())
        log.info("worker stopped")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _round(self) -> bool:
        """Do what is due; a database that is away is waited for, because the rows are in it."""
        django.db.close_old_connections()
        try:
            done = work.run_due(self._stopping.is_set)
        except django.db.Error as error:
            log.warning("the database does not answer", error=type(error).__name__)
            return False
        self._say(done)
        return bool(done)

    def _say(self, done: work.Done) -> None:
        if done:
            log.info(
                "work done",
                operations=done.operations,
                entities=done.entities,
                jobs=done.jobs,
            )
