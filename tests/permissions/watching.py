"""What a request writes, seen where it reaches the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse

WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# A session moves on, a refusal is put on record, attempts and refused deliveries are counted.
ALWAYS = {
    *("django_session", "accounts_app_auditentry", "django_admin_log"),
    *("accounts_app_allowance", "accounts_app_refuseddelivery"),
}


@contextmanager
def undone() -> Iterator[set[str]]:
    """Collect the tables that are written to, and take it all back in the end."""
    written: set[str] = set()

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        found = WRITE.match(sql)
        if found:
            written.add(found[1])
        return execute(sql, *rest)

    with transaction.atomic(), connection.execute_wrapper(look):
        yield written
        transaction.set_rollback(True)


def text_of(answer: HttpResponse) -> str:
    """Return all that an answer tells, its headers too."""
    streamed = getattr(answer, "streaming_content", None)
    content = b"".join(streamed) if streamed is not None else answer.content
    return content.decode("utf-8", "replace") + repr(dict(answer.items()))
