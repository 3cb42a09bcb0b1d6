"""How a command waits until nothing is being sent to the provider any more."""

import time

from accounts_app.models import Operation

BETWEEN_LOOKS = 0.5  # seconds


def wait_until_sent(patience: float) -> int:
    """Wait, so many seconds at most, while anything is being sent; return how many still are."""
    until = time.monotonic() + patience
    while (left := _being_sent()) and time.monotonic() < until:
        time.sleep(BETWEEN_LOOKS)
    return left


def still_sent(number: int) -> str:
    """Say how many operations are still being sent."""
    if number == 1:
        return "1 operation is still being sent."
    return f"{number} operations are still being sent."


def _being_sent() -> int:
    return Operation.objects.filter(state=Operation.State.SENDING).count()
