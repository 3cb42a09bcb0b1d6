"""When a request is tried again within one call, and after how long."""

from collections.abc import Callable
from datetime import timedelta

import tenacity

from accounts_app.offblocks import errors

FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 10.0
_TRANSIENT = (errors.Unavailable, errors.OutcomeUnknown, errors.KeyInFlight)


def retrying(
    retries: int, sleep: Callable[[float], None], chance: Callable[[], float]
) -> tenacity.Retrying:
    """Return what calls a function again, so many times at most, after trouble that may pass.

    Between the tries it sleeps: longer each time, a random part of it (`chance` is from 0 to 1),
    and never less than the provider asked for. The last error passes through.
    """

    def pause(state: tenacity.RetryCallState) -> float:
        longest = min(FIRST_PAUSE * 2.0 ** (state.attempt_number - 1), LONGEST_PAUSE)
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, errors.ProviderError) else None
        return max(longest * chance(), asked.total_seconds() if asked else 0.0)

    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(retries + 1),
        retry=tenacity.retry_if_exception(_is_worth_repeating),
        wait=pause,
        sleep=sleep,
        reraise=True,
    )


def _is_worth_repeating(error: BaseException) -> bool:
    if not isinstance(error, _TRANSIENT):
        return False
    # Told to wait longer than a caller can: the row's due time takes over.
    return error.retry_after is None or error.retry_after <= timedelta(seconds=LONGEST_PAUSE)
