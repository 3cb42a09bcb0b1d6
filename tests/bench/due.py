"""`python -m tests.bench.due FILE`: makes operations that are due, on the accounts the file lists.

Each is as a person's request leaves it whose kind needs no second one; only the audit's entries of
asking are missing.
"""

import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import django

KIND, MAKER = "deactivate", "bench"
BATCH = 1000


def make(ids: list[str]) -> None:
    """Ask for one operation on each account."""
    from django.contrib.auth.models import User  # noqa: PLC0415 -- needs set up settings

    from accounts_app.models import Account, Operation  # noqa: PLC0415

    maker = User.objects.get(username=MAKER)
    accounts = Account.objects.select_related("customer").filter(pk__in=ids)
    Operation.objects.bulk_create([_asked(one, maker) for one in accounts], batch_size=BATCH)


def _asked(account: Any, maker: Any) -> Any:
    from accounts_app import clock  # noqa: PLC0415
    from accounts_app.models import Operation  # noqa: PLC0415
    from accounts_app.services import operations, seen  # noqa: PLC0415
    from accounts_app.services.catalogue import KINDS  # noqa: PLC0415

    kind, now = KINDS[KIND], clock.now()
    operation = Operation(
        kind=KIND,
        lane=kind.lane(account.pk),
        **seen.place(account),
        seen={"status": account.status, "revision": account.revision, "cards": {}},
        maker=maker,
        reason="Asked for by the customer",
        form_number=uuid.uuid4(),
        requested_at=now,
        status_before=account.status,
        state=Operation.State.APPROVED,
        key=uuid.uuid4(),
        decided_at=now,
        next_at=now,
    )
    change = kind.build(account, {})  # type: ignore[misc]
    operation.method, operation.path, operation.body = change.method, change.path, change.body
    operation.digest = operations.digest_of(operation)
    return operation


def main(file: str) -> None:
    """Set Django up and make them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    make(json.loads(Path(file).read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])
