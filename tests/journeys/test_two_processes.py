"""Two processes, like two browsers on two servers: one operation, one change at the provider."""

import json
import subprocess
import sys
from typing import Any

import pytest

from accounts_app.models import Attempt, Operation
from tests import processes
from tests.factories import ask

ROUNDS = 5
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Colleague:
    """A process that waits for its cue, as somebody with a finger on a button."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.colleague"],
            cwd=processes.ROOT,
            env=processes.environment(DJANGO_SETTINGS_MODULE="backoffice.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cue(self, **task: Any) -> None:
        """Name the task and let it begin."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Wait for what came of it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process has ended; its standard error says why"
        return json.loads(line)

    def leave(self) -> None:
        """End the process."""
        self._process.communicate(timeout=10)


@pytest.fixture
def two(sandbox, operator, approver):
    """Two processes that share our database and the sandbox."""
    colleagues = [Colleague(), Colleague()]
    assert [colleague.answer() for colleague in colleagues] == ["ready", "ready"]
    yield colleagues
    for colleague in colleagues:
        colleague.leave()


def at_once(two: list[Colleague], *tasks: dict[str, Any]) -> list[Any]:
    """Give both their cue and wait for both."""
    for colleague, task in zip(two, tasks, strict=True):
        colleague.cue(**task)
    return [colleague.answer() for colleague in two]


def asking(kind: str, target: Any, maker: str, form: int = 0) -> dict[str, Any]:
    """Describe an ask; the same form number makes it a double click."""
    return {
        "do": "ask",
        "kind": kind,
        "target": str(target.pk),
        "maker": maker,
        "form": f"00000000-0000-4000-8000-{form:012d}" if form else "",
    }


def effects(sandbox, operation: Operation) -> list[Any]:
    """Return the changes the operation's key caused by itself; cascades come on top."""
    lines = [line for line in sandbox.ledger() if line["key"] == str(operation.key)]
    return [line for line in lines if line["cause"] == "api"]


@pytest.mark.parametrize("kind", ["deactivate", "create_account"])
def test_two_people_ask_for_the_same_and_it_happens_once(two, programme, sandbox, kind):
    for _ in range(ROUNDS):
        target = programme.customer() if kind == "create_account" else programme.account()
        said = at_once(two, asking(kind, target, "operator"), asking(kind, target, "approver"))
        assert sorted(answer["result"] for answer in said) == ["OperationOpen", "asked"]
        operation = Operation.objects.latest("pk")
        advancing = {"do": "advance", "operation": operation.pk}
        at_once(two, advancing, advancing)
        operation.refresh_from_db()
        assert operation.state == Operation.State.SUCCEEDED
        assert len(effects(sandbox, operation)) == 1
    assert Operation.objects.count() == ROUNDS


def test_a_double_click_on_two_servers_is_one_request(two, programme):
    for number in range(1, ROUNDS + 1):
        click = asking("deactivate", programme.account(), "operator", form=number)
        first, second = at_once(two, click, click)
        assert first == second
    assert Operation.objects.count() == ROUNDS


def test_two_workers_send_an_operation_once(two, programme, operator, sandbox):
    for _ in range(ROUNDS):
        operation = ask("deactivate", programme.account(), operator)
        advancing = {"do": "advance", "operation": operation.pk}
        at_once(two, advancing, advancing)
        operation.refresh_from_db()
        assert Attempt.objects.filter(operation=operation).count() == 1
        assert len(effects(sandbox, operation)) == 1


def test_two_who_agree_at_once_agree_once(two, programme, operator):
    for _ in range(ROUNDS):
        operation = ask("close", programme.account(), operator)
        agreeing = {"do": "approve", "operation": operation.pk, "checker": "approver"}
        said = at_once(two, agreeing, agreeing)
        assert sorted(answer["result"] for answer in said) == ["AlreadyMoved", "approved"]
