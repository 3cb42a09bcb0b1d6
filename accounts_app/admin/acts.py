"""What the audit's actions and the provider's events are called, in the language being read.

An action that is not named here or by a kind of operation is said by its code's own words, which
no catalogue has: tests/admin/test_acts.py holds that there is none.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Any] = {
    "access.refused": _("Access: refused"),
    "anchor.mailed": _("Anchor: mailed"),
    "audit.exported": _("Audit: exported"),
    "audit.read": _("Audit: read"),
    "batch.deactivate": _("Batch: deactivate"),
    "batch.refresh": _("Batch: refresh"),
    "chain.acknowledged": _("Chain: acknowledged"),
    "chain.broken": _("Chain: broken"),
    "chain.verified": _("Chain: verified"),
    "comparison.applied": _("Comparison: applied"),
    "comparison.asked": _("Comparison: asked"),
    "comparison.checked": _("Comparison: checked"),
    "comparison.discarded": _("Comparison: discarded"),
    "comparison.equal": _("Comparison: equal"),
    "comparison.failed": _("Comparison: failed"),
    "comparison.held": _("Comparison: held"),
    "customer.erasure_asked": _("Customer: erasure asked"),
    "customer.unmasked": _("Customer: unmasked"),
    "discrepancy.agreed": _("Discrepancy: agreed"),
    "discrepancy.opened": _("Discrepancy: opened"),
    "discrepancy.told_anew": _("Discrepancy: told anew"),
    "event.look_again": _("Event: look again"),
    "evidence.exported": _("Evidence: exported"),
    "export.ended": _("Export: ended"),
    "export.started": _("Export: started"),
    "factor.added": _("Factor: added"),
    "factor.removed": _("Factor: removed"),
    "incident.ended": _("Incident: ended"),
    "incident.opened": _("Incident: opened"),
    "refreshed": _("Refreshed"),
    "resolution.confirmed": _("Proposal: confirmed"),
    "resolution.proposed": _("Proposal: proposed"),
    "resolution.rejected": _("Proposal: rejected"),
    "resolution.withdrawn": _("Proposal: withdrawn"),
    "sending.paused": _("Sending: paused"),
    "sending.resumed": _("Sending: resumed"),
    "session.end": _("Session: end"),
    "sign_in": _("Sign in"),
    "sign_in.failed": _("Sign in: failed"),
    "sign_in.lockout": _("Sign in: lockout"),
    "sign_in.step_up": _("Sign in: step up"),
    "sign_in.unlock": _("Sign in: unlock"),
    "signing_key.sent": _("Signing key: sent"),
    "subscription.create_done": _("Subscription: create done"),
    "subscription.create_not_done": _("Subscription: create not done"),
    "subscription.create_requested": _("Subscription: create requested"),
    "subscription.create_unknown": _("Subscription: create unknown"),
    "subscription.remove_done": _("Subscription: remove done"),
    "subscription.remove_not_done": _("Subscription: remove not done"),
    "subscription.remove_requested": _("Subscription: remove requested"),
    "subscription.remove_unknown": _("Subscription: remove unknown"),
    "subscription.repair_done": _("Subscription: repair done"),
    "subscription.repair_not_done": _("Subscription: repair not done"),
    "subscription.repair_requested": _("Subscription: repair requested"),
    "subscription.repair_unknown": _("Subscription: repair unknown"),
    "user.activated": _("User: activated"),
    "user.changed": _("User: changed"),
    "user.created": _("User: created"),
    "user.deactivated": _("User: deactivated"),
    "user.password_set": _("User: password set"),
    "user.roles_changed": _("User: roles changed"),
    "webhooks.not_subscribed": _("Webhooks: not subscribed"),
    "webhooks.subscribed": _("Webhooks: subscribed"),
}
EVENTS: dict[str, Any] = {
    "account.updated": _("Account updated"),
    "authorisation.updated": _("Authorisation updated"),
    "card.updated": _("Card updated"),
    "customer.updated": _("Customer updated"),
    "transaction.updated": _("Transaction updated"),
}
# What came of showing an answer to the mirror, as mirror.Outcome spells it.
OUTCOMES = (_("created"), _("updated"), _("unchanged"), _("contradicts what must not change"))
