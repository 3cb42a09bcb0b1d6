"""Reading a row anew from the provider because a person asked, in one sentence for that person."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts_app import sentences
from accounts_app.admin import words
from accounts_app.errors import Refusal
from accounts_app.models import Mirrored
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import refresh

RIGHT = "accounts_app.refresh_mirror"


@dataclass(frozen=True)
class Told:
    """What came of a refresh: a message level and a sentence."""

    level: int
    sentence: str


def refuse_unless_may(request: HttpRequest) -> None:
    """Raise PermissionDenied for whoever may not have rows read anew."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def refreshed(row: Mirrored, person: User) -> Told:
    """Read the row anew and say what changed; trouble with the provider is said, never raised."""
    name = f"{row.KIND.label} {words.short_id(row.pk)}"
    try:
        observation = refresh.on_request(row, person=person)
    except Refusal as refusal:
        return Told(messages.ERROR, refusal.told)
    except ProviderError as error:
        return Told(messages.ERROR, words.joined(name, sentences.told(refresh.trouble(error))))
    if observation is None:
        return Told(
            messages.WARNING, _("%(name)s: the provider does not know it.") % {"name": name}
        )
    if observation.changed:
        return Told(
            messages.SUCCESS,
            _("%(name)s changed: %(what)s.")
            % {"name": name, "what": _changes(observation.changed)},
        )
    return Told(messages.SUCCESS, words.joined(name, f"{_(observation.outcome.value)}."))


def _changes(changed: dict[str, list[Any]]) -> str:
    return ", ".join(
        f"{words.field_name(name)} {words.value(before)} → {words.value(after)}"
        for name, (before, after) in changed.items()
    )
