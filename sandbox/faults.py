"""Scripted trouble: which request or webhook meets which fault, and how often."""

import threading
from dataclasses import asdict, dataclass, field, fields

from sandbox.entities import KINDS
from sandbox.errors import Refused
from sandbox.routes import ROUTES
from sandbox.subscriptions import TYPES

REQUEST_ACTIONS = {
    "drop_reply": "take effect, then close the connection without an answer",
    "kill_before": "close the connection before any effect",
    "delay": "answer late",
    "arrive_late": "be checked and take effect late, whether or not the caller still waits",
    "status": "answer with this status, with or without effect",
    "malformed": "take effect, then answer with broken JSON",
    "another_entity": "take effect, then answer about an entity with another id and owner",
    "conflict_in_flight": "answer 409 without effect",
    "sees": "change something by itself before the request is handled",
}
WEBHOOK_ACTIONS = {
    "lose": "never deliver",
    "duplicate": "deliver several times",
    "reorder": "deliver the last of a window first",
    "delay": "deliver late",
}
OPERATIONS = frozenset({"", "*", *(route.operation for route in ROUTES)})
WEBHOOKS = frozenset({"", "*", *TYPES})


@dataclass
class Fault:
    """One scripted trouble. `times` counts down; None means for ever."""

    action: str
    operation: str = ""  # an operation id, or * for every request
    webhook: str = ""  # a webhook type, or * for every event
    method: str = ""
    path_contains: str = ""
    times: int | None = 1
    seconds: float = 0.0  # the wait: for a reply, an arrival, a delivery, or between deliveries
    code: int = 500
    effect: bool = False  # status: whether the request takes effect
    stored: bool = False  # status: whether the key replays this status for the hour
    retry_after: int | None = None
    copies: int = 2  # duplicate: deliveries in all
    window: int = 3  # reorder: events that change places
    entity: str = ""  # sees: kind, id (empty: the request's own) and new status
    id: str = ""
    status: str = ""
    met: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        known = WEBHOOK_ACTIONS if self.webhook else REQUEST_ACTIONS
        if self.action not in known:
            raise Refused(400, f"fault: action must be one of {', '.join(known)}")
        if self.webhook not in WEBHOOKS or self.operation not in OPERATIONS:
            raise Refused(400, "fault: no such operation or webhook type")
        if bool(self.webhook) == bool(self.operation):
            raise Refused(400, "fault: match needs an operation or a webhook, not both")
        if (self.action == "sees") != (self.entity in KINDS):
            raise Refused(400, f"fault: entity is for sees, one of {', '.join(KINDS)}")
        self._check_types()

    def _check_types(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.name != "action" and not _fits(value, setting.default):
                raise Refused(400, f"fault: {setting.name} cannot be {value!r}")
        if not 200 <= self.code <= 599:
            raise Refused(400, "fault: code must be from 200 to 599")

    def meets(self, operation: str, method: str, path: str) -> bool:
        """Tell whether a request runs into this fault."""
        return (
            self.operation in {"*", operation}
            and self.method.upper() in {"", method}
            and self.path_contains in path
            and self.times != 0
        )

    def use(self) -> "Fault":
        """Count one use."""
        self.met += 1
        if self.times is not None:
            self.times -= 1
        return self


def _fits(value: object, default: object) -> bool:
    """Tell whether a setting from JSON is of its default's type; numbers must not be negative."""
    if isinstance(default, str | bool):
        return type(value) is type(default)
    if value is None:
        return default in {None, 1}  # retry_after and times
    if isinstance(default, float) and isinstance(value, float):
        return value >= 0
    return type(value) is int and value >= 0


class Faults:
    """The faults that wait for their request or event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, **settings: object) -> Fault:
        """Script a fault; the settings are the fields of Fault. Refused (400) when unknown."""
        try:
            fault = Fault(**settings)  # type: ignore[arg-type]  # checked by the dataclass
        except TypeError as error:
            raise Refused(400, str(error).replace("Fault.__init__() ", "fault: ")) from None
        with self._lock:
            self._faults.append(fault)
        return fault

    def load(self, script: dict[str, object]) -> Fault:
        """Add a fault from JSON, where what it meets may stand under `match`."""
        match = script.get("match", {})
        if not isinstance(match, dict):
            raise Refused(400, "match must be an object")
        rest = {name: value for name, value in script.items() if name != "match"}
        return self.add(**{**rest, **match})

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[dict[str, object]]:
        """Return all faults with what is left of them, spent ones too."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def sights(self, operation: str, method: str, path: str) -> list[Fault]:
        """Return the changes that happen just before this request."""
        with self._lock:
            return [
                fault.use()
                for fault in self._faults
                if fault.action == "sees" and fault.meets(operation, method, path)
            ]

    def trouble(self, operation: str, method: str, path: str) -> Fault | None:
        """Return the first other fault that this request meets."""
        with self._lock:
            for fault in self._faults:
                if fault.action != "sees" and fault.meets(operation, method, path):
                    return fault.use()
        return None

    def on_webhook(self, webhook: str) -> Fault | None:
        """Return the first fault that an event of this type meets."""
        with self._lock:
            for fault in self._faults:
                if fault.webhook in {"*", webhook} and fault.times != 0:
                    return fault.use()
        return None
