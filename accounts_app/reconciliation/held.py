"""What becomes of a held plan once two people have decided: it is applied as kept, or discarded.

The decision is a row, a confirmed Resolution, and carrying it out is work like any other: broken
off, it goes on where it stopped.
"""

from accounts_app.models import Drift, Reconciliation, Resolution
from accounts_app.offblocks.errors import ProviderError
from accounts_app.reconciliation import drifts, reading, record
from accounts_app.reconciliation.drifts import Outcome
from accounts_app.sentences import say
from accounts_app.services import comparisons

State = Reconciliation.State
Verdict = Resolution.Verdict


def carry_out_decisions() -> int:
    """Apply or discard every held comparison that two people have decided; return how many.

    One that the provider does not let end holds no other back: its error passes through at the end.
    """
    decided = Resolution.objects.filter(
        state=Resolution.State.CONFIRMED, reconciliation__state=State.HELD
    ).select_related("reconciliation")
    trouble: ProviderError | None = None
    for resolution in (rows := list(decided.order_by("pk"))):
        assert resolution.reconciliation is not None, "the filter demands one"  # noqa: S101
        carry_out = apply_held if resolution.verdict == Verdict.APPLY else discard_held
        try:
            carry_out(resolution.reconciliation)
        except ProviderError as error:
            trouble = error
    if trouble:
        raise trouble
    return len(rows)


def apply_held(reconciliation: Reconciliation) -> None:
    """Take over what the held comparison kept, as the provider told it then.

    What the mirror has learnt better since is left alone and marked so; when a newer comparison has
    brought both sides together, all of it is. Raises AlreadyMoved when it is not held any more;
    provider errors pass through, and calling again goes on.
    """
    newer = comparisons.after(reconciliation)
    if newer:
        words = say("Comparison {pk} has brought both sides together since.", pk=newer.pk)
        record.end(reconciliation, State.DISCARDED, words=words)
        return
    for drift in reconciliation.drifts.filter(outcome="").defer("event"):
        _apply(drift)
    record.end(reconciliation, State.APPLIED, words=say("Two people decided to take it over."))


def discard_held(reconciliation: Reconciliation) -> None:
    """Leave the held comparison without effect; raises AlreadyMoved when it is not held any more.

    The next comparison looks anew, and holds the same again if it is still so.
    """
    record.end(reconciliation, State.DISCARDED, words=say("Two people decided to discard it."))


def _apply(drift: Drift) -> None:
    difference = drifts.difference_of(drift)
    if difference.is_doubtful:
        # People have seen a list without it; only the provider's own read proves that it is gone.
        found = reading.confirmed(difference)
        if found is None:
            _keep(drift, Outcome.UNCHANGED)
            return
        difference = found
    drifts.take_over(difference, lambda outcome: _keep(drift, outcome))


def _keep(drift: Drift, outcome: Outcome | None) -> None:
    rows = Drift.objects.filter(pk=drift.pk, outcome="")
    rows.update(outcome=outcome or Outcome.STALE)
