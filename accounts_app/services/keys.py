"""Changing the key that signs our requests, so that no operation is lost on the way."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import audit, conf
from accounts_app.errors import NotPermitted, Refusal, WrongState
from accounts_app.models import Operation, Pause
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.errors import ProviderError
from accounts_app.offblocks.signing import load_signing_key, public_pem
from accounts_app.sentences import say
from accounts_app.services import pausing


@dataclass(frozen=True)
class Rotation:
    """The id the provider gave the new key, and whether a read signed with it was answered."""

    key_id: str
    trouble: str


def check_new(pem: str) -> None:
    """Raise a Refusal for anything but a P-384 private key in PEM that is not the one in use."""
    try:
        load_signing_key(pem)
    except ValueError as error:
        raise Refusal(
            "The new key is not a P-384 private key in PEM. Make one: openssl ecparam "
            "-name secp384r1 -genkey -noout -out new_signing_key.pem"
        ) from error
    if public_pem(pem) == public_pem(settings.OFFBLOCKS_SIGNING_KEY.reveal()):
        raise Refusal("The new key is the one in use. Make another one first.")


def rotate(pem: str, *, person: User | None, reason: str) -> Rotation:
    """Upload the public half of a new key and try it with a read ("Request Signatures").

    The provider forgets the old key at once, so this is refused unless sending is paused and
    nothing is under way. Sending stays paused: all processes need the new key first. Repeating it
    with the same key is safe. Raises NotPermitted and other Refusals.
    """
    check_new(pem)
    pause = _refuse_unless_quiet(person)
    try:
        uploaded = conf.client().upload_signing_key(public_pem(pem))
    except ProviderError as error:
        _record(pause, "not known", person, reason, str(error))
        raise Refusal(
            say(
                "The new key may not have arrived; sending stays paused. {why} Run this again "
                "with the same file: a key that arrived already is simply replaced by itself.",
                why=error,
            )
        ) from error
    key_id = uploaded.value.key_id
    _record(pause, key_id, person, reason)
    return Rotation(key_id, _trouble_with(pem, key_id))


def _refuse_unless_quiet(person: User | None) -> Pause:
    if person is not None and not person.has_perm("accounts_app.pause_sending"):
        raise NotPermitted("You may not change the signing key.")
    pause = pausing.current()
    if pause is None:
        raise WrongState("Sending is not paused. Pause it before a key is changed.")
    if Operation.objects.filter(state=Operation.State.SENDING).exists():
        raise WrongState("Something is still being sent. Change no key yet.")
    return pause


def _record(pause: Pause, key_id: str, person: User | None, reason: str, trouble: str = "") -> None:
    with transaction.atomic():
        audit.record(
            actor=person or audit.system_user(),
            action="signing_key.sent" if trouble else "signing_key.changed",
            target=pause,
            reason=reason,
            before={"key_id": settings.OFFBLOCKS_SIGNING_KEY_ID},
            after={"key_id": key_id},
            result=trouble,
        )


def _trouble_with(pem: str, key_id: str) -> str:
    """Return why a read signed with the key failed, or nothing when it was answered."""
    try:
        conf.client_signing_with(Secret(pem), key_id).list_subscriptions()
    except ProviderError as error:
        return str(error)
    return ""
