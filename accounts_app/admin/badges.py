"""How a status looks: a word, a mark and a tone, so that colour is never the only sign."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts_app.admin import meanings, words
from accounts_app.models import (
    Discrepancy,
    Mirrored,
    Operation,
    Reconciliation,
    Resolution,
    WebhookEvent,
)

MARKS = {
    "good": "●",
    "waiting": "○",
    "paused": "◐",
    "ended": "■",
    "bad": "✕",
    "attention": "▲",
    "unknown": "?",
}
STATUSES = {
    "active": "good",
    "initiating": "waiting",
    "screening": "waiting",
    "verifying": "waiting",
    "pending": "waiting",
    "issuing": "waiting",
    "inactive": "paused",
    "suspended": "attention",
    "closed": "ended",
    "terminated": "ended",
    "rejected": "bad",
    "failed": "bad",
    "issue_failed": "bad",
    "blocked": "bad",
}
OPERATIONS = {
    Operation.State.REQUESTED: "paused",
    Operation.State.APPROVED: "waiting",
    Operation.State.SENDING: "waiting",
    Operation.State.ACCEPTED: "waiting",
    Operation.State.UNCERTAIN: "attention",
    Operation.State.NEEDS_HUMAN: "attention",
    Operation.State.SUCCEEDED: "good",
    Operation.State.FAILED: "bad",
    Operation.State.NOT_APPLIED: "bad",
    Operation.State.REJECTED: "ended",
    Operation.State.EXPIRED: "ended",
    Operation.State.STALE: "ended",
    Operation.State.CANCELLED: "ended",
}
RESOLUTIONS = {
    Resolution.State.PROPOSED: "paused",
    Resolution.State.CONFIRMED: "good",
    Resolution.State.REJECTED: "ended",
    Resolution.State.WITHDRAWN: "ended",
}
EVENTS = {
    WebhookEvent.State.PENDING: "waiting",
    WebhookEvent.State.DONE: "good",
    WebhookEvent.State.RECORDED: "ended",
    WebhookEvent.State.PARKED: "attention",
}

COMPARISONS = {
    Reconciliation.State.WAITING: "waiting",
    Reconciliation.State.RUNNING: "waiting",
    Reconciliation.State.EQUAL: "good",
    Reconciliation.State.APPLIED: "good",
    Reconciliation.State.HELD: "attention",
    Reconciliation.State.DISCARDED: "ended",
    Reconciliation.State.CHECKED: "paused",
    Reconciliation.State.FAILED: "bad",
}


def badge(word: str, tone: str, meaning: str = "") -> SafeString:
    """Draw a badge in one of the tones of MARKS; what the word means appears on hover."""
    return format_html(
        '<span class="badge badge--{}"{}><span class="badge__mark" aria-hidden="true">{}</span>'
        '<span class="badge__word">{}</span></span>',
        tone,
        format_html(' title="{}"', meaning) if meaning else "",
        MARKS[tone],
        word,
    )


def of_row(row: Mirrored) -> SafeString:
    """Draw a mirrored row's status; one the provider does not document is marked as such."""
    if not row.is_recognised:
        return badge(_("unrecognised: %(status)s") % {"status": row.status}, "unknown")
    return of_status(row.status, row.KIND)


def of_status(status: str, kind: str = "") -> SafeString:
    """Draw a status by its word alone, as old snapshots and operations keep it."""
    tone, meaning = STATUSES.get(status, "unknown"), meanings.of_status(kind, status)
    return badge(status.replace("_", " "), tone, meaning)


def of_operation(operation: Operation) -> SafeString:
    """Draw where an operation stands, in the words of its states."""
    return badge(words.state_of(operation), OPERATIONS[Operation.State(operation.state)])


def of_event(event: WebhookEvent) -> SafeString:
    """Draw where a webhook event stands."""
    return badge(event.get_state_display(), EVENTS[WebhookEvent.State(event.state)])


def of_comparison(comparison: Reconciliation) -> SafeString:
    """Draw how a full comparison stands."""
    state = Reconciliation.State(comparison.state)
    return badge(comparison.get_state_display(), COMPARISONS[state])


def of_resolution(resolution: Resolution) -> SafeString:
    """Draw where a proposal stands."""
    state = Resolution.State(resolution.state)
    return badge(resolution.get_state_display(), RESOLUTIONS[state])


def of_discrepancy(discrepancy: Discrepancy) -> SafeString:
    """Draw whether a discrepancy still blocks."""
    if discrepancy.resolved_at:
        return badge(_("ended"), "ended")
    return badge(_("open"), "attention")
