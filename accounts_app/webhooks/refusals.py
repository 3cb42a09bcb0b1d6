"""Why deliveries are refused: a counter by reason, and the two refusals DRF does not have."""

from prometheus_client import Counter
from rest_framework.exceptions import APIException

REFUSED = Counter(
    "offblocks_webhooks_refused", "Deliveries that were not acknowledged, by reason.", ["reason"]
)


class TooLarge(APIException):
    """The body is longer than any event; what was not read yet stays unread."""

    status_code = 413
    default_detail = "The delivery is too large."
    default_code = "too_large"


class IntakeDown(APIException):
    """The delivery could not be stored: the sender is asked to try again."""

    status_code = 503
    default_detail = "The delivery could not be stored. Please send it again."
    default_code = "intake_down"


def count(refusal: APIException) -> None:
    """Add a refusal to the counter, under its code."""
    REFUSED.labels(reason=str(refusal.get_codes())).inc()
