"""How the processes log: one structured line per event, readable in the demo, JSON elsewhere.

No payloads and no headers are ever logged. As a second line of defence a secret that stands in a
path, one of our own wherever it stands, and every card number are masked here. What could move the
cursor, or turn the direction of reading, is written as its number; tracebacks alone keep their
lines, in the demo.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from accounts_app.offblocks import card_numbers

# The secret path stands for a password, and request lines carry paths.
_SECRET_PATH = re.compile(r"(/webhooks/offblocks/)[^/\s?\"'\\]+")


def mask_secret_path(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Replace the secret of the webhook path wherever it stands in a finished line."""
    return _SECRET_PATH.sub(r"\1***", line)


def mask_secrets(secrets: Iterable[str]) -> Callable[[WrappedLogger, str, str], str]:
    """Return what replaces each of these texts, and each line of a longer one, in a finished line.

    What is shorter than eight characters is no secret: masking it would hide ordinary words.
    """
    lines = {line for secret in secrets for line in secret.splitlines()}
    words = sorted((line for line in lines if _is_secret(line)), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")

    def mask(_logger: WrappedLogger, _method: str, line: str) -> str:
        return pattern.sub("********", line)

    return mask


def _is_secret(line: str) -> bool:
    return len(line) >= 8 and not line.startswith("-----")


def mask_cards_in_json(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Mask card numbers in a finished line of JSON, which stays JSON."""
    return card_numbers.document(line)


def mask_cards(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Mask card numbers in a finished line of text."""
    return card_numbers.mask(line)


def escape(text: str, but: str = "") -> str:
    """Write every character that cannot be printed, but those, by its number."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or one in but else one.encode("unicode_escape").decode()
        for one in text
    )


def escape_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape what is told, before a line is made of it."""
    return {
        escape(name): escape(value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def escape_line(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Escape a finished text; only the lines of a traceback are its own."""
    return escape(line, "\n")


def escape_delete(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Escape the one control character that JSON lets stand."""
    return line.replace("\x7f", "\\u007f")


def one_line_per_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the line at a request's beginning: the one at its end says the same and the outcome."""
    if event.get("event") == "request_started":
        raise structlog.DropEvent
    return event


def configure(*, is_json: bool, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """Configure structlog; return Django's LOGGING, by which all other loggers write the same.

    `secrets` never appear in a line.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            one_line_per_request,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    masks = [mask_secret_path, mask_secrets(secrets)]
    return _logging(shared, [*_rendering(is_json=is_json), *masks])


def _rendering(*, is_json: bool) -> list[Any]:
    if is_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
            mask_cards_in_json,
            escape_delete,
        ]
    plain = structlog.dev.plain_traceback
    return [
        escape_values,
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain),
        mask_cards,
        escape_line,
    ]


def _logging(shared: list[Processor], rendering: Sequence[Any]) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *rendering,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},
            # It tells of every step of every sign-in; the audit trail does, and better.
            "axes": {"level": "WARNING"},
            # The request's own line tells of refusals and failures already.
            "django.request": {"level": "CRITICAL"},
            # It brings a handler of its own.
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
