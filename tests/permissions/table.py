"""The addresses of the site, and the rights of accounts_app.rights that each asks for.

An address that is not named here fails the matrix: whoever adds one says here who may use it.
"""

from accounts_app.services.catalogue import KINDS
from tests.permissions.cells import (
    NOBODY,
    NOT_FOUND,
    NOT_TAKEN,
    Cell,
    Row,
    done,
    public,
    shown,
)
from tests.permissions.doors import DOORS

OURS = "accounts_app."
VIEW = OURS + "view_"
EXPORT, EXPORT_AUDIT = OURS + "export_lists", OURS + "export_audit_lists"
REFRESH = OURS + "refresh_mirror"
READ_AUDIT = VIEW + "auditentry"
ERASE = OURS + "record_erasure"
UNMASK, EVIDENCE = OURS + "unmask_customer", OURS + "export_evidence"
PROPOSE, CONFIRM = OURS + "propose_resolution", OURS + "confirm_resolution"
DECIDE, TICK = OURS + "decide_operation", OURS + "tick_review"
PAUSE, RESUME = OURS + "pause_sending", OURS + "resume_sending"
SUBSCRIBE = OURS + "manage_subscription"
SEE_PEOPLE, ADD_PEOPLE, CHANGE_PEOPLE = "auth.view_user", "auth.add_user", "auth.change_user"

# The models with pages, the right to see their rows, and the one to take them out as a file.
LISTED = {
    **{
        f"accounts_app_{name}": (VIEW + name, EXPORT)
        for name in (
            *("customer", "account", "card", "operation", "batch", "snapshot", "discrepancy"),
            *("drift", "reconciliation", "resolution", "review", "pause", "webhookevent"),
            "refuseddelivery",
        )
    },
    "accounts_app_auditentry": (READ_AUDIT, EXPORT_AUDIT),
    "admin_logentry": ("admin.view_logentry", EXPORT_AUDIT),
    "auth_group": ("auth.view_group", EXPORT),
    "auth_user": (SEE_PEOPLE, EXPORT),
}
MIRRORED = ("customer", "account", "card")
RESOLVED = ("operation", "discrepancy", "reconciliation")


def _stock(model: str, view: str, export: str) -> dict[str, Row]:
    """Return the pages that every model has: rows are shown, and not added, edited or removed."""
    page = f"admin:{model}_"
    history = done(view, READ_AUDIT)
    rows = {
        f"{page}changelist": Row(shown(view), shown(view)),
        f"{page}add": Row(NOBODY, NOBODY),
        f"{page}change": Row(shown(view), NOBODY),
        f"{page}delete": Row(NOBODY, NOBODY),
        f"{page}history": Row(history, history),
        # Leads to the row's page, which then asks for the right.
        f"{page}short": Row(done(), done()),
    }
    return rows | ({f"{page}export": Row(NOT_TAKEN, shown(view, export))} if export else {})


def _mirrored(name: str) -> dict[str, Row]:
    page, view = f"admin:accounts_app_{name}_", VIEW + name
    kind, begins = ASKED[name]
    many = BATCH[name]
    return {
        f"{page}history": Row(shown(view), shown(view)),
        f"{page}as_of": Row(shown(view), NOT_TAKEN),
        f"{page}refresh": Row(NOT_TAKEN, done(view, REFRESH)),
        f"{page}batch": Row(shown(view, many), done(view, many)),
        f"{page}ask": Row(shown(view, kind), done(view, kind)),
        f"{page}ask_new": Row(_begun(view, begins, 200), _begun(view, begins, 302)),
    }


def _begun(view: str, right: str, answer: int) -> Cell:
    """Return the cell of making something out of nothing: only customers are."""
    return Cell((view, right), answer) if right else Cell((view,), 404)


def _resolved(name: str) -> dict[str, Row]:
    page, view = f"admin:accounts_app_{name}_", VIEW + name
    # There is nothing to read anew about a comparison.
    looked = 404 if name == "reconciliation" else 302
    return {
        f"{page}resolve": Row(shown(view, PROPOSE), done(view, PROPOSE)),
        f"{page}resolve_look": Row(NOT_TAKEN, Cell((view, REFRESH), looked)),
    }


def _asks(kind: str) -> str:
    return KINDS[kind].permission


# Per mirrored model: a kind that is asked about one, one that makes one; many are done with.
ASKED = {
    "customer": (_asks("deactivate_customer"), _asks("create_customer")),
    "account": (_asks("deactivate"), ""),
    "card": (_asks("deactivate_card"), ""),
}
BATCH = {"customer": REFRESH, "account": _asks("deactivate"), "card": REFRESH}

_OPERATION, _REVIEW, _PAUSE = VIEW + "operation", VIEW + "review", VIEW + "pause"
_EVENT, _PROPOSAL = VIEW + "webhookevent", VIEW + "resolution"
_PAGE = "admin:accounts_app_"

OWN_PAGES = {
    f"{_PAGE}customer_unmask": Row(
        shown(VIEW + "customer", UNMASK), done(VIEW + "customer", UNMASK)
    ),
    f"{_PAGE}customer_erasure": Row(
        shown(VIEW + "customer", ERASE), done(VIEW + "customer", ERASE)
    ),
    **{
        f"{_PAGE}{name}_evidence": Row(
            shown(VIEW + name, EVIDENCE, UNMASK), shown(VIEW + name, EVIDENCE, UNMASK)
        )
        for name in ("customer", "account")
    },
    f"{_PAGE}operation_change": Row(shown(_OPERATION), NOT_TAKEN),
    f"{_PAGE}operation_progress": Row(shown(_OPERATION), shown(_OPERATION)),
    f"{_PAGE}operation_decide": Row(shown(_OPERATION, DECIDE), done(_OPERATION, DECIDE)),
    # Others' requests and proposals are nobody's to withdraw; one's own has a test of its own.
    f"{_PAGE}operation_cancel": Row(Cell(answer=405), NOBODY),
    f"{_PAGE}operation_look": Row(NOT_TAKEN, done(_OPERATION, REFRESH)),
    f"{_PAGE}resolution_decide": Row(shown(_PROPOSAL, CONFIRM), done(_PROPOSAL, CONFIRM)),
    f"{_PAGE}resolution_withdraw": Row(NOT_TAKEN, NOBODY),
    f"{_PAGE}resolution_look": Row(NOT_TAKEN, done(_PROPOSAL, REFRESH)),
    f"{_PAGE}review_tick": Row(NOT_TAKEN, done(_REVIEW, TICK)),
    f"{_PAGE}batch_progress": Row(shown(VIEW + "batch"), shown(VIEW + "batch")),
    # In the matrix' world sending is paused.
    f"{_PAGE}pause_pause": Row(done(_PAUSE, PAUSE), done(_PAUSE, PAUSE)),
    f"{_PAGE}pause_resume": Row(shown(_PAUSE, RESUME), done(_PAUSE, RESUME)),
    f"{_PAGE}reconciliation_compare": Row(
        NOT_TAKEN, done(VIEW + "reconciliation", OURS + "run_reconciliation")
    ),
    f"{_PAGE}webhookevent_subscription": Row(shown(_EVENT), NOT_TAKEN),
    # While sending is paused the page says so, and changes nothing.
    f"{_PAGE}webhookevent_change_subscription": Row(
        shown(_EVENT, SUBSCRIBE), shown(_EVENT, SUBSCRIBE)
    ),
    f"{_PAGE}webhookevent_body": Row(shown(_EVENT), NOT_TAKEN),
    f"{_PAGE}webhookevent_look_again": Row(NOT_TAKEN, done(_EVENT, OURS + "look_again")),
    "admin:auth_user_add": Row(shown(ADD_PEOPLE), done(ADD_PEOPLE)),
    "admin:auth_user_change": Row(shown(SEE_PEOPLE), done(SEE_PEOPLE, CHANGE_PEOPLE)),
    "admin:auth_user_password_change": Row(shown(CHANGE_PEOPLE), done(CHANGE_PEOPLE)),
    "admin:auth_user_unlock": Row(shown(CHANGE_PEOPLE), done(CHANGE_PEOPLE)),
}
SITE = {
    "admin:index": Row(shown(), shown()),
    "admin:app_list": Row(*[Cell((VIEW + "account",), refusal=404)] * 2),
    "admin:catch_all": Row(NOT_FOUND, NOT_FOUND),
    "admin:find": Row(shown(), NOT_TAKEN),
    "admin:download": Row(shown(), NOT_TAKEN),
    "admin:health": Row(shown(VIEW + "contact"), NOT_TAKEN),
    "admin:end_incident": Row(NOT_TAKEN, done(OURS + "end_incident")),
    "admin:views": Row(shown(), NOT_TAKEN),
    "admin:save_view": Row(NOT_TAKEN, done(VIEW + "account")),
    "admin:view": Row(Cell((VIEW + "account",), 302, refusal=404), NOT_TAKEN),
    # Others' views are not found; one's own has a test of its own.
    "admin:change_view": Row(NOT_TAKEN, NOT_FOUND),
}
PUBLIC = {
    "root": Row(public(302), public(302)),
    "livez": Row(public(200), public(405)),
    "readyz": Row(public(200), public(405)),
    # Changes nothing but the words of whoever asks.
    "set_language": Row(public(302), public(302)),
    "metrics": Row(public(200), public(405)),
    "policy_report": Row(public(405), public(400)),
    # Nobody's session counts there, and a form is no delivery.
    "webhooks:offblocks": Row(public(405), public(415)),
}

TABLE: dict[str, Row] = {
    **{name: row for model, told in LISTED.items() for name, row in _stock(model, *told).items()},
    **{name: row for model in MIRRORED for name, row in _mirrored(model).items()},
    **{name: row for model in RESOLVED for name, row in _resolved(model).items()},
    **OWN_PAGES,
    **SITE,
    **PUBLIC,
    **DOORS,
}
