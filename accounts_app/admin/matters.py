"""What two people end, in words: what happened, what is so now, and what each end would mean."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts_app import discrepancies, sentences
from accounts_app.admin import badges, comparison, moments, personal, progress, words
from accounts_app.models import Account, Customer, Discrepancy, EntityKind, Operation, Resolution
from accounts_app.services import lanes, proof, proposing, subjects
from accounts_app.services.catalogue import KINDS
from accounts_app.services.subjects import Subject
from accounts_app.services.transitions import asked_about

Verdict = Resolution.Verdict
ABOUT = "admin/accounts_app/resolution/{}.html"
MEANINGS: dict[str, Any] = {
    Verdict.SUCCEEDED: gettext_lazy(
        "The operation ends as done. Before that the provider is read once more, and its answers "
        "have to show the effect."
    ),
    Verdict.NOT_APPLIED: gettext_lazy(
        "The operation ends without effect and can be asked for anew. Before that the provider is "
        "read once more, and must not show the effect."
    ),
    Verdict.FOLLOW: gettext_lazy(
        "The mirror takes over exactly what the provider says. It is read once more first, and "
        "has to say the same."
    ),
    Verdict.KEEP: gettext_lazy(
        "The mirror stays as it is. That the provider says so is not brought up again; if it says "
        "something else, that is."
    ),
    Verdict.NOTED: gettext_lazy("Nothing changes in the mirror; what was said is on record."),
    Verdict.APPLY: gettext_lazy("The mirror takes over every difference of this comparison."),
    Verdict.DISCARD: gettext_lazy("Nothing is taken over. The next comparison looks anew."),
}
WAIT_ENDS = gettext_lazy(
    "The wait for the owner's signature ends: the account takes operations again, and the "
    "challenge is not handed out any more. Only the provider can withdraw a close it has accepted: "
    "have it confirm that it did, else a signature could still close the account."
)
GONE = gettext_lazy(
    "The provider does not know the account any more, which a close may bring about, but another "
    "cause as well: the provider's word about this very request decides."
)
# What the provider's own answer contradicts, by the fact; SAID for any other.
SENTENCES = {
    "status": gettext_lazy(
        "We hold {name} as “{held}”, a state that is never left. On {at} the provider said it is "
        "“{told}”."
    ),
    "customer_id": gettext_lazy(
        "We hold {name} as belonging to customer {held}. On {at} the provider said it belongs to "
        "customer {told}."
    ),
    "account_id": gettext_lazy(
        "We hold {name} as belonging to account {held}. On {at} the provider said it belongs to "
        "account {told}."
    ),
    "existence": gettext_lazy(
        "We hold {name} as “{held}”. On {at} the provider did not know it any more."
    ),
    "answer": gettext_lazy("Asked to change {name}, the provider answered about {told} on {at}."),
}
SAID = gettext_lazy("We hold “{held}” of {name}. On {at} the provider said “{told}”.")
CLAIMED = gettext_lazy(
    "An event about {name} claimed “{told}” on {at}. The provider's own answer shows “{held}”, and "
    "that is what we hold."
)


def name_of(subject: Subject) -> str:
    """Return what staff call it."""
    if isinstance(subject, Operation):
        return words.operation_name(subject)
    if isinstance(subject, Discrepancy):
        return _("Discrepancy %(number)s") % {"number": subject.pk}
    return _("Comparison %(number)s") % {"number": subject.pk}


def context_of(subject: Subject) -> dict[str, Any]:
    """Return what the pages about it tell; `about` is the template that does."""
    told: dict[str, Any] = {
        "subject": subject,
        "subject_name": name_of(subject),
        "about": ABOUT.format(subjects.field_of(subject)),
    }
    if isinstance(subject, Operation):
        return told | _of_operation(subject)
    if isinstance(subject, Discrepancy):
        return told | {"sentences": [*explained(subject)]}
    return told


def _of_operation(operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation,
        "kind": KINDS[operation.kind],
        "target": asked_about(operation),
        "rows": comparison.of(operation),
        "attempts": list(operation.attempts.all()),
        "progress": progress.of(operation),
        "picks_account": proof.is_creation_unknown(operation),
        "candidates": proof.candidates(operation),
        "is_shown": proof.is_shown(operation),
        "was_shown": proof.was_shown(operation),
        "is_gone": proof.is_gone(operation),
    }


def looked_at(subject: Subject) -> Model | None:
    """Return what a fresh look is about, or None where there is nothing to read."""
    if isinstance(subject, Operation):
        return asked_about(subject) or subject
    return discrepancies.entity_of(subject) if isinstance(subject, Discrepancy) else None


def proposal_about(subject: Subject) -> dict[str, Any]:
    """Return the proposal that waits, and the one that ended it, for the subject's own page."""
    if subjects.verdicts_for(subject):
        return {"waits_for_people": True, "proposal": proposing.open_one(subject)}
    ended: Any = subject.resolutions
    confirmed = ended.filter(state=Resolution.State.CONFIRMED)
    return {"ended_by": confirmed.select_related("proposer", "decider").first()}


def verdicts(subject: Subject) -> list[tuple[str, SafeString]]:
    """List the ends that there are, each with what it means."""
    return [
        (verdict, format_html("<strong>{}.</strong> {}", label, meaning_of(verdict, subject)))
        for verdict in subjects.verdicts_for(subject)
        for label in [label_of(verdict, subject)]
    ]


def obstacles(subject: Subject) -> dict[str, str]:
    """Map each end that cannot be proposed now to why; what proves it later decides the same."""
    if not isinstance(subject, Operation):
        return {}
    told = {
        verdict: sentences.told(proof.obstacle(subject, verdict))
        for verdict in subjects.verdicts_for(subject)
    }
    return {verdict: why for verdict, why in told.items() if why}


def meaning_of(verdict: str, subject: Subject) -> str:
    """Say what this end would mean for the subject."""
    if isinstance(subject, Operation) and lanes.rests(subject):
        return str(WAIT_ENDS)
    if isinstance(subject, Operation) and proof.may_have_vanished(subject):
        return f"{MEANINGS[verdict]} {GONE}"
    return str(MEANINGS[verdict])


def label_of(verdict: str, subject: Subject) -> str:
    """Say what is proposed, and which value would count."""
    if isinstance(subject, Discrepancy) and verdict in {Verdict.FOLLOW, Verdict.KEEP}:
        value = subject.told if verdict == Verdict.FOLLOW else subject.held
        return words.joined(Verdict(verdict).label, value)
    return str(Verdict(verdict).label)


def picked(resolution: Resolution) -> Account | Customer | None:
    """Return what a creation is said to have made, if the proposal says so."""
    creation = KINDS[resolution.operation.kind].makes if resolution.operation else None
    return creation.model.objects.filter(pk=resolution.made_id).first() if creation else None


def made_choices(candidates: list[Account | Customer]) -> list[tuple[str, SafeString]]:
    """List what a creation may have made, to choose from."""
    return [
        (
            str(row.pk),
            format_html(
                '<span class="id">{}</span> {} {}, {}',
                row.pk,
                badges.of_row(row),
                row.currencies if isinstance(row, Account) else personal.external_id(row),
                format_html(_("created {}"), moments.moment(row.created_at)),
            ),
        )
        for row in candidates
    ]


def explained(discrepancy: Discrepancy) -> Iterator[SafeString | str]:
    """Say in sentences what contradicts what, since when, and what that does."""
    yield contradiction(discrepancy)
    if discrepancy.agreed_at:
        since = moments.moment(discrepancy.agreed_at)
        said = _("The provider has agreed with us again since {}.")
        if discrepancies.was_kept_before(discrepancy):
            said = _("Since {} the provider has not said so any more.")
        yield format_html(said, since)
    if discrepancy.resolved_at is None:
        yield _(
            "What we hold stays as it is, and nothing can be asked for about %(this)s until two "
            "people have ended this."
        ) % {"this": EntityKind(discrepancy.entity_kind).this}


def contradiction(found: Discrepancy) -> SafeString:
    """Say what contradicts what, and since when."""
    told_by_event = found.told_by == Discrepancy.ToldBy.EVENT
    sentence = CLAIMED if told_by_event else SENTENCES.get(found.what, SAID)
    return format_html(
        str(sentence),
        name=words.entity_link(found.entity_kind, found.entity_id),
        held=found.held,
        told=sentences.told(found.told),
        at=moments.moment(found.found_at),
    )
