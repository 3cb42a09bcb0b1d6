"""Why deliveries are refused, where DRF has no word for it."""

from rest_framework.exceptions import APIException


class TooLarge(APIException):
    """The body is longer than any event; what was not read yet stays unread."""

    status_code = 413
    default_detail = "The delivery is too large."
    default_code = "too_large"


class TooSlow(APIException):
    """The body did not arrive in time."""

    status_code = 408
    default_detail = "The delivery took too long."
    default_code = "too_slow"


class BrokenOff(APIException):
    """The body ended before its announced end."""

    status_code = 400
    default_detail = "The delivery broke off."
    default_code = "broken_off"


class IntakeDown(APIException):
    """The delivery could not be stored: the sender is asked to try again."""

    status_code = 503
    default_detail = "The delivery could not be stored. Please send it again."
    default_code = "intake_down"


class TooMany(APIException):
    """The source was refused too often within a second; its next try is looked at all the same."""

    status_code = 429
    default_detail = "Too many deliveries that prove nothing."
    default_code = "too_many"
