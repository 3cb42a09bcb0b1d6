"""The acts: each plays one scenario on a running stack and says what was seen."""

import time
from dataclasses import dataclass, field

import redis

from accounts_app import conf
from accounts_app.management.demo.provider import Provider
from accounts_app.models import Operation, WebhookEvent
from backoffice import celery
from tests.drill import desk, truth
from tests.drill.crew import eventually
from tests.drill.desk import Pages, Request, Services
from tests.drill.matrix import Scenario
from tests.drill.patience import again
from tests.drill.stack import PATIENCE, Stack
from tests.drill.stage import Stage, Target
from tests.drill.trouble import HELD_BACK, Trouble
from tests.drill.truth import Truth

AT_THE_PROVIDER = {
    "create_customer": "createCustomer",
    "sign_customer_challenge": "signCustomerChallenge",
    "refetch_customer_challenge": "getCustomerChallenge",
    "deactivate_customer": "deactivateCustomer",
    "reactivate_customer": "activateCustomer",
    "deactivate_card": "deactivateCard",
    "reactivate_card": "activateCard",
    "terminate_card": "terminateCard",
    "create_account": "createAccount",
    "sign_challenge": "signAccountChallenge",
    "refetch_challenge": "getAccountChallenge",
    "deactivate": "deactivateAccount",
    "reactivate": "activateAccount",
    "close": "closeAccount",
}
BY_ITSELF = {"customer": "inactive", "account": "inactive", "card": "suspended"}
BROKER_AWAY = 2.0
TAKING = 1.0
"""Seconds in which a task that was taken from the queue has surely run."""
LOST = 3
SWEEP = ("reconcile", "--apply")


@dataclass
class Seen:
    """What came of one run; `wrong` names what must not be, and `reached` that it was tried."""

    state: str = ""
    effects: int = 0
    missing: int = 0
    differences: int = 0
    reached: bool = True
    wrong: list[str] = field(default_factory=list)


class Theatre:
    """Plays scenarios, several at once, on one stack."""

    def __init__(self, stack: Stack, stage: Stage) -> None:
        self.stack, self.stage, self.truth = stack, stage, Truth()
        self._pages = Pages(f"http://127.0.0.1:{stack.ports.web}")

    def play(self, scenario: Scenario) -> Seen:
        """Play one scenario to its end."""
        acts = {"intake": self._intake, "read": self._intake, "sweep": self._sweep}
        if scenario.act == "broker":
            acts["broker"] = {
                "broker-stop": self._without_broker,
                "twice": self._thrice,
                "late": self._late,
            }.get(scenario.signal, self._operation)
        return acts.get(scenario.act, self._operation)(scenario)

    # Operations ----------------------------------------------------------------------------------

    def _operation(self, scenario: Scenario) -> Seen:
        target = self.stage.take(scenario.kind)
        request = desk.prepare(scenario.kind, target)
        staff = Services() if scenario.where == "worker" else self._pages
        if scenario.act == "approve" and conf.needs_checker(scenario.kind):
            staff.ask(request)
        if scenario.at == "on-the-wire":
            _hold_back(request)
        with Trouble(self.stack, scenario, request.subject) as trouble:
            staff.ask(request)
            staff.agree(request)
            _wait_for_end(request)
        return self._judge(request, target, reached=bool(trouble.pid))

    def _without_broker(self, scenario: Scenario) -> Seen:
        target = self.stage.take(scenario.kind)
        request = desk.prepare(scenario.kind, target)
        self.stack.stop_broker()
        try:
            self._pages.ask(request)
            self._pages.agree(request)
            time.sleep(BROKER_AWAY)
        finally:
            self.stack.start_broker()
        _wait_for_end(request)
        return self._judge(request, target)

    def _thrice(self, scenario: Scenario) -> Seen:
        target = self.stage.take(scenario.kind)
        request = desk.prepare(scenario.kind, target)
        staff = Services()
        staff.ask(request)
        staff.agree(request)
        for _ in range(3):
            celery.run_due.delay()
        _wait_for_end(request)
        return self._judge(request, target)

    def _late(self, scenario: Scenario) -> Seen:
        """Let the bundled worker do it all while Celery is away with the task in its queue."""
        target = self.stage.take(scenario.kind)
        request = desk.prepare(scenario.kind, target)
        assert self.stack.celery is not None
        self.stack.celery.stop()
        self._pages.ask(request)
        self._pages.agree(request)
        eventually(lambda: self._work_once() and _ended(request), PATIENCE)
        before = _row(request)
        self.stack.celery.is_wanted = True
        queue = redis.Redis(port=self.stack.redis_port)
        was_taken = eventually(lambda: queue.llen("celery") == 0, PATIENCE)
        time.sleep(TAKING)
        seen = self._judge(request, target, reached=was_taken)
        if _row(request) != before:
            seen.wrong.append("the late task changed the operation")
        return seen

    def _work_once(self) -> bool:
        return self.stack.run("run_worker", "--once").wait() == 0

    def _judge(self, request: Request, target: Target, *, reached: bool = True) -> Seen:
        seen = self._compare(target)
        operation = request.operation()
        assert operation is not None
        sight = self.truth.look()
        seen.reached, seen.state = reached, operation.state
        seen.effects = len(sight.changes(sight.family(target)))
        seen.wrong += again(lambda: truth.complaints(operation, target, sight))
        return seen

    # Webhooks and the sweep ----------------------------------------------------------------------

    def _intake(self, scenario: Scenario) -> Seen:
        target = self.stage.take(scenario.kind)
        entity_id = getattr(target, scenario.kind)
        with Trouble(self.stack, scenario, f"entity-{entity_id}") as trouble:
            _change(scenario.kind, entity_id)
            eventually(lambda: bool(trouble.pid), PATIENCE / 2)
            seen = self._compare(target)
        seen.reached = bool(trouble.pid)
        return self._judge_events(seen, target)

    def _judge_events(self, seen: Seen, target: Target) -> Seen:
        family = self.truth.look().family(target)
        events = WebhookEvent.objects.filter(entity_id__in=family)
        eventually(lambda: not again(events.filter(state="pending").exists), PATIENCE, 0.3)
        states = sorted(set(again(lambda: list(events.values_list("state", flat=True)))))
        seen.state, seen.effects = ", ".join(states), len(self.truth.look().changes(family))
        if seen.state != "done":
            seen.wrong.append(f"its events are {seen.state}")
        if seen.effects:
            seen.wrong.append("an event made us change something")
        return seen

    def _sweep(self, scenario: Scenario) -> Seen:
        targets = [self.stage.take("card") for _ in range(LOST)]
        with Provider() as provider:
            provider.tell("faults", match={"webhook": "*"}, action="lose", times=LOST)
        for target in targets:
            _change("card", target.card)
        with Trouble(self.stack, scenario, "sweep") as trouble:
            first = self.stack.run(*SWEEP, wired=True)
            eventually(lambda: bool(trouble.pid) or first.poll() is not None, PATIENCE)
            # While the first one holds its lease, another is refused.
            ends = eventually(lambda: self.stack.run(*SWEEP).wait() == 0, PATIENCE)
        first.wait()
        seen = self._compare(*targets)
        seen.reached, seen.state = bool(trouble.pid), "unequal" if seen.differences else "equal"
        if not ends:
            seen.wrong.append("no other sweep came to its end; see commands.log")
        return seen

    def _compare(self, *targets: Target) -> Seen:
        """Wait until all is delivered and the mirror is the provider, then say what is not."""

        deadline = time.monotonic() + PATIENCE
        while True:
            sight = self.truth.look()
            family = {id for target in targets for id in sight.family(target)}
            if sight.is_at_rest(family) or time.monotonic() > deadline:
                break
            time.sleep(0.3)
        differences, unstored = sight.differences(family), sight.unstored(family)
        wrong = [*differences[:3], *(f"event {event} is not stored once" for event in unstored[:3])]
        return Seen(missing=len(unstored), differences=len(differences), wrong=wrong)


def _hold_back(request: Request) -> None:
    with Provider() as provider:
        match = {"operation": AT_THE_PROVIDER[request.kind], "path_contains": request.target_id}
        provider.tell("faults", match=match, action="delay", seconds=HELD_BACK)


def _change(kind: str, entity_id: str) -> None:
    with Provider() as provider:
        provider.tell("state", entity=kind, id=entity_id, status=BY_ITSELF[kind])


def _ended(request: Request) -> bool:
    operation = request.operation()
    return operation is not None and not operation.is_open


def _wait_for_end(request: Request) -> None:
    eventually(lambda: _ended(request), PATIENCE, 0.2)


def _row(request: Request) -> dict[str, object]:
    found = Operation.objects.filter(form_number=request.form_number).values().get()
    return {name: value for name, value in found.items() if name != "body"}
