"""`python -m tests.journeys.colleague`: does one task per line of its input, at once."""

import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 -- Django first

from accounts_app import work  # noqa: E402
from accounts_app.errors import Refusal  # noqa: E402
from accounts_app.models import Operation  # noqa: E402
from accounts_app.services import operations  # noqa: E402
from accounts_app.services.catalogue import KINDS  # noqa: E402
from tests.factories import ask  # noqa: E402


def _ask(task: dict[str, Any]) -> dict[str, Any]:
    target = KINDS[task["kind"]].target.objects.get(pk=task["target"])
    maker = User.objects.get(username=task["maker"])
    form_number = uuid.UUID(task["form"]) if task["form"] else uuid.uuid4()
    operation = ask(task["kind"], target, maker, form_number=form_number)
    return {"result": "asked", "operation": operation.pk}


def _advance(task: dict[str, Any]) -> dict[str, Any]:
    work.advance(task["operation"])
    return {"result": "advanced"}


def _approve(task: dict[str, Any]) -> dict[str, Any]:
    operation = Operation.objects.get(pk=task["operation"])
    checker = User.objects.get(username=task["checker"])
    operations.approve(operation.pk, checker=checker, digest=operation.digest)
    return {"result": "approved"}


TASKS = {"ask": _ask, "advance": _advance, "approve": _approve}


def main() -> None:
    """Say that all is loaded, then do the tasks as they come."""
    User.objects.count()  # connects: the cue shall not wait for that
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        try:
            answer = TASKS[task["do"]](task)
        except Refusal as refusal:
            answer = {"result": type(refusal).__name__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
