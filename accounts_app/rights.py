"""Who may do what: the one table that the groups are granted from and that the tests read.

It is the matrix of SECURITY.md. Each role is a group of the same name; a person's rights come from
the groups they are in, and whoever migrates the database grants exactly what stands here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

VIEWER = "viewer"
OPERATOR = "operator"
APPROVER = "approver"
AUDITOR = "auditor"
USER_ADMIN = "user admin"
ROLES = (VIEWER, OPERATOR, APPROVER, AUDITOR, USER_ADMIN)

# Those whose members act on accounts; a superuser in one of them is refused.
ACTING = (OPERATOR, APPROVER)
LOOKING = (VIEWER, OPERATOR, APPROVER, AUDITOR)


@dataclass(frozen=True)
class Row:
    """One line of the matrix: what it is about, the permissions it stands for, and for whom.

    `roles` maps a role to how far it goes, in the words of the table. A permission that ends in *
    stands for all that begin so.
    """

    what: str
    roles: dict[str, str]
    permissions: tuple[str, ...]


def _all(roles: Iterable[str], word: str = "yes") -> dict[str, str]:
    return dict.fromkeys(roles, word)


MATRIX = (
    Row(
        "See the mirror, personal fields masked",
        _all(LOOKING),
        (
            "accounts_app.view_customer",
            "accounts_app.view_account",
            "accounts_app.view_card",
            "accounts_app.view_operation",
            "accounts_app.view_attempt",
            "accounts_app.view_snapshot",
            "accounts_app.view_discrepancy",
            "accounts_app.view_challenge",
            "accounts_app.view_pause",
            "accounts_app.view_reconciliation",
            "accounts_app.view_drift",
            "accounts_app.view_resolution",
            "accounts_app.view_review",
            "accounts_app.view_batch",
        ),
    ),
    Row(
        "See and find personal fields in full (a reason is asked and kept)",
        _all((*ACTING, AUDITOR)),
        ("accounts_app.unmask_customer",),
    ),
    Row(
        "Record a customer's request to be erased",
        _all(ACTING),
        ("accounts_app.record_erasure",),
    ),
    Row("Request operations", _all(ACTING), ("accounts_app.request_*",)),
    Row("Approve operations", {APPROVER: "not own"}, ("accounts_app.decide_operation",)),
    Row(
        "Review what one person did alone",
        {APPROVER: "not own"},
        ("accounts_app.tick_review",),
    ),
    Row(
        "Propose how what needs a person ends",
        _all(ACTING),
        ("accounts_app.propose_resolution",),
    ),
    Row("Confirm such a proposal", {APPROVER: "not own"}, ("accounts_app.confirm_resolution",)),
    Row(
        "Stop sending, compare with the provider",
        _all(ACTING),
        ("accounts_app.pause_sending", "accounts_app.run_reconciliation"),
    ),
    Row("Let sending go on", {APPROVER: "yes"}, ("accounts_app.resume_sending",)),
    Row("Read anew from the provider", _all(ACTING), ("accounts_app.refresh_mirror",)),
    Row(
        "See events and the programme's health",
        _all((*ACTING, AUDITOR)),
        (
            "accounts_app.view_webhookevent",
            "accounts_app.view_contact",
            "accounts_app.view_job",
            "accounts_app.view_refuseddelivery",
            "accounts_app.view_incident",
        ),
    ),
    Row("End an incident", _all(ACTING), ("accounts_app.end_incident",)),
    Row(
        "Read the audit",
        {OPERATOR: "own", APPROVER: "own", AUDITOR: "all"},
        ("accounts_app.view_auditentry",),
    ),
    Row(
        "Read everybody's audit",
        {AUDITOR: "yes"},
        ("accounts_app.read_whole_audit", "admin.view_logentry"),
    ),
    Row(
        "Take lists out as files, personal fields masked",
        _all((*ACTING, AUDITOR)),
        ("accounts_app.export_lists",),
    ),
    Row(
        "Take evidence packs out, in full",
        _all((APPROVER, AUDITOR)),
        ("accounts_app.export_evidence",),
    ),
    Row(
        "Take the audit's lists out as files",
        {AUDITOR: "yes"},
        ("accounts_app.export_audit_lists",),
    ),
    Row("Have events looked into again", _all(ACTING), ("accounts_app.look_again",)),
    Row(
        "Change our webhook subscription at the provider",
        {APPROVER: "yes"},
        ("accounts_app.manage_subscription",),
    ),
    Row(
        "See users and roles",
        {AUDITOR: "yes", USER_ADMIN: "yes"},
        ("auth.view_user", "auth.view_group"),
    ),
    Row(
        "Manage users and roles",
        {USER_ADMIN: "not own account"},
        ("auth.add_user", "auth.change_user"),
    ),
)

# All that being superuser is good for: letting people in again when no user admin can.
BREAK_GLASS = frozenset({"auth.view_user", "auth.view_group", "auth.add_user", "auth.change_user"})


def of(role: str) -> tuple[str, ...]:
    """Return the permissions of a role as the matrix writes them."""
    return tuple(
        permission for row in MATRIX if role in row.roles for permission in row.permissions
    )
