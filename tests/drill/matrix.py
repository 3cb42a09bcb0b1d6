"""Every run of the drill: which boundary, met by which trouble, of which kind, on which stack."""

from collections.abc import Iterator
from dataclasses import dataclass

STACKS = (
    ("sqlite", "inline"),
    ("postgres", "inline"),
    ("sqlite", "celery"),
    ("postgres", "celery"),
)
KINDS_OF_ACCOUNTS = (
    "create_account",
    "sign_challenge",
    "refetch_challenge",
    "deactivate",
    "reactivate",
    "close",
)
KINDS_OF_OTHERS = (
    "create_customer",
    "sign_customer_challenge",
    "refetch_customer_challenge",
    "deactivate_customer",
    "reactivate_customer",
    "deactivate_card",
    "reactivate_card",
    "terminate_card",
)
KINDS = KINDS_OF_ACCOUNTS + KINDS_OF_OTHERS
STACKS_OF_OTHERS = (("sqlite", "inline"), ("postgres", "celery"))
"""Customers and cards go through the same code: each database and engine once is enough."""
ENTITIES = ("customer", "account", "card")
# boundary -> its place in the life of an operation
SENDING = {
    "before-claim": "before the claim",
    "claim-committed": "the claim is committed",
    "looked": "the precondition was read",
    "attempt-committed": "the attempt is committed, no byte has left",
    "on-the-wire": "the bytes have left, the provider did it and has not answered yet",
    "provider-did-it": "the answer is here, not recorded",
    "result-recorded": "the attempt's result is recorded, nothing else",
    "mirror-written": "the answer is in the mirror, the state has not moved",
    "outcome-uncommitted": "the state moves, before the commit",
    "outcome-committed": "the state has moved, settling has not begun",
    "settling-read": "settling has read the account back",
    "end-uncommitted": "settling ends the operation, before the commit",
    "end-committed": "settling has ended the operation",
}
APPROVAL = {
    "approval-uncommitted": "the approval is written, before the commit",
    "approval-committed": "the approval is committed, the person has no answer",
}
INTAKE = {
    "event-uncommitted": "the event is written, before the commit",
    "event-committed": "the event is committed, the provider has no reply",
}
READING = {
    "claim-committed": "the worker has claimed the event",
    "read-back": "the entity was read, the mirror is not written",
    "entity-written": "the mirror is written, the event is not settled",
}
SWEEP = {
    "all-read": "the provider's lists were read, nothing was compared",
    "one-applied": "the first difference was shown to the mirror",
}
BOUNDARIES = {
    "send": SENDING,
    "approve": APPROVAL,
    "intake": INTAKE,
    "read": READING,
    "sweep": SWEEP,
    "broker": {
        "approved": "approved while the broker is away",
        "provider-did-it": "the answer is here, not recorded; then broker or worker dies",
        "run": "the same task three times at once",
        "ended": "the task arrives after another worker has done it all",
    },
}
SIGNALS = {
    "kill": "SIGKILL",
    "stop": "SIGSTOP, SIGCONT after the lease",
    "restart": "database restarted at once",
    "broker-stop": "broker stopped, later started",
    "broker-kill": "broker killed, later started",
    "worker-kill": "SIGKILL of the whole Celery worker",
    "twice": "task delivered three times",
    "late": "task delivered late",
}
READS_FIRST = (
    "sign_challenge",
    "reactivate",
    "close",
    "sign_customer_challenge",
    "reactivate_customer",
    "reactivate_card",
    "terminate_card",
)
FETCHES = ("refetch_challenge", "refetch_customer_challenge")
CREATES = ("create_account", "create_customer")
READS_ONLY = ("looked", "mirror-written", "settling-read", "end-uncommitted", "end-committed")
# The three at which two senders may meet; in the web, where few can be frozen at once.
FROZEN_IN_WEB = ("claim-committed", "attempt-committed", "on-the-wire")
QUICK = (
    "sqlite-inline/send/worker/kill/provider-did-it/deactivate",
    "sqlite-inline/send/web/kill/attempt-committed/close",
    "sqlite-inline/intake/web/kill/event-committed/account",
    "sqlite-inline/sweep/command/kill/one-applied/programme",
    "postgres-celery/send/celery/kill/on-the-wire/create_account",
    "postgres-celery/send/celery/stop/attempt-committed/reactivate",
    "postgres-celery/approve/web/restart/approval-uncommitted/close",
    "postgres-celery/send/celery/restart/outcome-uncommitted/sign_challenge",
    "postgres-celery/broker/celery/broker-stop/approved/deactivate",
)


@dataclass(frozen=True)
class Scenario:
    """One run. `where` is the process it happens in, `at` the boundary, `kind` what it is about."""

    database: str
    engine: str
    act: str
    where: str
    signal: str
    at: str
    kind: str

    @property
    def stack(self) -> str:
        """The stack it runs on."""
        return f"{self.database}-{self.engine}"

    @property
    def name(self) -> str:
        """What `--only` takes."""
        return f"{self.stack}/{self.act}/{self.where}/{self.signal}/{self.at}/{self.kind}"

    @property
    def is_alone(self) -> bool:
        """Whether others would suffer: a frozen transaction holds locks, a restart ends them."""
        holds_locks = self.at.endswith("-uncommitted") and self.signal == "stop"
        return holds_locks or self.signal not in ("kill", "stop", "twice") or self.act == "sweep"


def everything() -> list[Scenario]:
    """List all runs."""
    return [
        Scenario(database, engine, *rest)
        for database, engine in STACKS
        for rest in dict.fromkeys(_of_stack(database, engine))
    ]


Rest = tuple[str, str, str, str, str]


def _of_stack(database: str, engine: str) -> Iterator[Rest]:
    signals = ("kill", "stop")
    senders = ("celery",) if engine == "celery" else ("worker", "web")
    for where in senders:
        yield from _sending(where, signals, KINDS_OF_ACCOUNTS)
    if (database, engine) in STACKS_OF_OTHERS:
        yield from _sending(senders[0], signals, KINDS_OF_OTHERS)
        yield from _cross("approve", "web", signals, APPROVAL, KINDS_OF_OTHERS)
    yield from _cross("approve", "web", signals, APPROVAL, KINDS_OF_ACCOUNTS)
    yield from _cross("intake", "web", signals, INTAKE, ENTITIES)
    yield from _cross("read", senders[0], signals, READING, ENTITIES)
    yield from _cross("sweep", "command", signals, SWEEP, ("programme",))
    if database == "postgres":
        yield from _restarts(senders[0])
    if engine == "celery":
        yield from _broker()


def _cross(
    act: str, where: str, signals: tuple[str, ...], boundaries: object, kinds: tuple[str, ...]
) -> Iterator[Rest]:
    for at in boundaries:  # type: ignore[attr-defined]
        for kind in kinds:
            for signal in signals:
                yield act, where, signal, at, kind


def _sending(where: str, signals: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Rest]:
    for kind in kinds:
        for at in boundaries_of(kind):
            for signal in signals:
                if where != "web" or signal == "kill" or at in FROZEN_IN_WEB:
                    yield "send", where, signal, at, kind


def boundaries_of(kind: str) -> list[str]:
    """List the boundaries that operations of this kind come to."""
    left_out: set[str] = set() if kind in READS_FIRST else {"looked"}
    if kind in FETCHES:
        left_out |= set(READS_ONLY)
    if kind not in CREATES:
        # Other answers carry nothing for the mirror.
        left_out |= {"mirror-written"}
    return [at for at in SENDING if at not in left_out]


def _restarts(sender: str) -> Iterator[Rest]:
    for kind in KINDS_OF_ACCOUNTS:
        yield "approve", "web", "restart", "approval-uncommitted", kind
        for at in ("provider-did-it", "outcome-uncommitted"):
            yield "send", sender, "restart", at, kind
    for entity in ENTITIES:
        yield "intake", "web", "restart", "event-uncommitted", entity


def _broker() -> Iterator[Rest]:
    for kind in KINDS_OF_ACCOUNTS:
        yield "broker", "celery", "broker-stop", "approved", kind
        yield "broker", "celery", "twice", "run", kind
    for kind in ("create_account", "close"):
        yield "broker", "celery", "broker-kill", "provider-did-it", kind
        yield "broker", "celery", "worker-kill", "provider-did-it", kind
        yield "broker", "celery", "late", "ended", kind
