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

from accounts_app.card_notes import notes
from accounts_app.offblocks import card_numbers

# The secret path stands for a password, and request lines carry paths.
_SECRET_PATH = re.compile(r"(/webhooks/offblocks/)[^/\s?\"'\\]+")
# What structlog adds for those who make a line of it.
_META = ("_record", "_from_structlog")


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


def masking(rendering: Sequence[Any], mask: Callable[[str], str]) -> Processor:
    """Return what renders a line without card numbers, and notes whose line held one.

    Nothing else is done about it here: lines are written in the midst of anything. Values are
    masked by themselves, too: what parts the groups of a number may be escaped in the line.
    """

    def finished(logger: WrappedLogger, method: str, event: EventDict) -> str:
        told = {name: value for name, value in event.items() if name not in _META}
        masked = {name: _masked(value) for name, value in told.items()}
        # Compared before it is rendered, which puts a traceback into it.
        had_one = masked != told
        line = _in_turn(rendering, logger, method, masked)
        harmless = mask(line)
        if had_one or harmless != line:
            notes.add(event["_record"].name)
        return harmless

    return finished


def _masked(value: Any) -> Any:
    return card_numbers.mask(value) if isinstance(value, str) else value


def _in_turn(rendering: Sequence[Any], logger: Any, method: str, event: EventDict) -> str:
    made: Any = event
    for processor in rendering:
        made = processor(logger, method, made)
    return str(made)


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
        rendering: list[Any] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
        return [masking(rendering, card_numbers.document), escape_delete]
    plain = structlog.dev.plain_traceback
    console = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)
    return [masking([escape_values, console], card_numbers.mask), escape_line]


def _logging(shared: list[Processor], processors: list[Any]) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": processors,
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
