"""Every refusal the back-office gives its staff, in words fit to be shown to them.

AccountsError
    Refusal              the person asked for something that may not be done
        NotPermitted     they lack the permission
        SameEyes         maker and checker are one person
        AlreadyMoved     somebody else was faster
        StaleView        what they saw is no longer so
        WrongState       the target's state does not allow it
        OperationOpen    another operation on the target is not finished
        Incomplete       something they had to enter is missing or wrong
        TooMuch          one person has asked for as much as one may
        Contradicted     the provider contradicts itself about the target
    MirrorIsReadOnly     a programmer's mistake: mirrored rows have one door
    ParentMissing        a programmer's mistake: a child was observed before its parent
"""

from typing import Any

from accounts_app import sentences


class AccountsError(Exception):
    """The root of the back-office's own errors; `message` is fit to be shown to staff.

    It is English; `told` is the same in the language being read.
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def told(self) -> str:
        """The message in the language being read."""
        return sentences.told(self.message)


class Refusal(AccountsError):
    """What was asked is not done, and nothing has changed."""


class NotPermitted(Refusal):
    """The person lacks the permission."""


class SameEyes(Refusal):
    """The person who asked cannot be the one who agrees."""


class AlreadyMoved(Refusal):
    """The operation has moved on since the page was opened."""


class StaleView(Refusal):
    """What they saw is no longer so; `changes`, field to [before, now], tells how."""


class WrongState(Refusal):
    """The target's state does not allow the operation."""


class OperationOpen(Refusal):
    """Another operation on the target is open; `operation` is it."""


class Incomplete(Refusal):
    """An entry is missing or wrong; `field` names it."""


class TooMuch(Refusal):
    """One person has asked for as much as one may within an hour."""


class Contradicted(Refusal):
    """The target has an open discrepancy, which blocks every operation on it."""


class MirrorIsReadOnly(AccountsError):
    """Somebody tried to write a mirrored or append-only row other than through its door."""


class ParentMissing(AccountsError):
    """An account or card was shown to the mirror before the row it hangs from."""
