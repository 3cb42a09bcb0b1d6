"""What happens at sign-in, told to the session and to the audit trail: one entry for each act."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.account.signals import user_logged_in as signed_in_by_page
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts_app import audit
from accounts_app.services import lockout, presence, strength
from accounts_app.signin import claims, keeping, passkeys

FACTORS = {
    Authenticator.Type.TOTP: strength.TOTP,
    Authenticator.Type.WEBAUTHN: strength.PASSKEY,
    Authenticator.Type.RECOVERY_CODES: strength.RECOVERY_CODE,
}


@receiver(authentication_step_completed)
def step_done(request: HttpRequest, user: User, method: str, **details: Any) -> None:
    """Note what somebody has just shown, at sign-in or again."""
    is_again = details.get("reauthenticated", False)
    if method == "mfa":
        _shown(request, user, details["type"], details["id"])
    elif method == "password" and not is_again:
        strength.begin(request, user.pk, strength.PASSWORD)
    elif method == "socialaccount":
        strength.begin(request, user.pk, strength.SSO)
        claims.keep(request, user)
    if is_again:
        again(request, user)


def _shown(request: HttpRequest, user: User, type: str, number: int) -> None:
    """Note a factor, and which passkey it was."""
    strength.prove(request, user.pk, FACTORS[Authenticator.Type(type)])
    if type == Authenticator.Type.WEBAUTHN:
        passkey = Authenticator.objects.get(pk=number)
        presence.show(request.session, passkeys.fingerprint(passkey))


def again(request: HttpRequest, user: User) -> None:
    """Record that somebody proved anew who they are; their session gets another id."""
    request.session.cycle_key()
    with transaction.atomic():
        after = {"strength": strength.strength_of(request)}
        audit.record(actor=user, action="sign_in.step_up", target=user, after=after)


@receiver(user_logged_in)
def begun(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Start the session's clock."""
    keeping.begin(request, user)


@receiver(signed_in_by_page)
def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Record a sign-in that went all the way."""
    with transaction.atomic():
        after = {"strength": strength.strength_of(request)}
        audit.record(actor=user, action="sign_in", target=user, after=after)


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest, **_kwargs: Any) -> None:
    """Record an attempt that failed: about whom, or a digest of the name when nobody has it."""
    name = str(credentials.get("username") or "")
    person = User.objects.filter(username__iexact=name).first()
    programme = audit.system_user()
    source = request.META.get("REMOTE_ADDR", "")
    after = {"step": credentials.get("step", "password"), "source": source}
    if person is None:
        after["name_digest"] = lockout.digest_of(name)
    result = "refused: locked out" if hasattr(request, "was_locked_out") else "refused"
    with transaction.atomic():
        target = person or programme
        audit.record(
            actor=programme, action="sign_in.failed", target=target, after=after, result=result
        )


@receiver(user_locked_out)
def locked_out(request: HttpRequest, username: str, **_kwargs: Any) -> None:
    """Record the failure that led to a lockout, not each attempt while it lasts."""
    if hasattr(request, "was_locked_out"):
        return
    programme = audit.system_user()
    with transaction.atomic():
        audit.record(
            actor=programme,
            action="sign_in.lockout",
            target=programme,
            after={"name_digest": username, "source": request.META.get("REMOTE_ADDR", "")},
        )


@receiver(authentication_failed)
def factor_failed(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Count a wrong code like a wrong password."""
    credentials = {"username": user.get_username(), "step": "second factor"}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


@receiver(user_logged_out)
def ended(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Record why a session ended."""
    if user is None:
        return
    with transaction.atomic():
        why = getattr(request, "session_end", "signed out")
        audit.record(actor=user, action="session.end", target=user, result=why)


@receiver(post_save, sender=Authenticator)
def factor_added(instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    """Record a new factor; showing it while it is enrolled is a proof as good as any later one."""
    if not created:
        return
    request = context.request
    person = _person(request, instance)
    if person is not None and instance.type != Authenticator.Type.RECOVERY_CODES:
        _shown(request, person, instance.type, instance.pk)
        request.session.cycle_key()
    _record_factor("factor.added", instance, person)


@receiver(post_delete, sender=Authenticator)
def factor_removed(instance: Authenticator, **_kwargs: Any) -> None:
    """Record that a factor is gone."""
    _record_factor("factor.removed", instance, _person(context.request, instance))


def _record_factor(action: str, factor: Authenticator, person: User | None) -> None:
    actor = person or getattr(factor, "removed_by", None) or audit.system_user()
    after = {"factor": FACTORS[factor.type]}
    reason = getattr(factor, "removed_because", "")
    with transaction.atomic():
        audit.record(actor=actor, action=action, target=factor.user, reason=reason, after=after)


def _person(request: HttpRequest | None, factor: Authenticator) -> User | None:
    user = getattr(request, "user", AnonymousUser())
    return user if isinstance(user, User) and user.pk == factor.user_id else None
