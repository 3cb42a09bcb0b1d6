"""One box for everything: rows by what staff hold, pages by name, and what can be done right here.

The same address answers a script with JSON and anybody else with a page.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts_app.admin import acting, buttons, plain, saved_views, words
from accounts_app.models import Account, Card, Customer, Mirrored, Operation
from accounts_app.services import views

PER_KIND = 5
LONGEST = 200  # characters; nothing that staff look for is longer
JSON = "application/json"
# A list's columns that tell a row from the next; they are masked as they are in the list.
TELLING: dict[type[Any], tuple[str, ...]] = {
    Customer: ("name", "external_id", "wallet_shortened"),
    Account: ("external_id", "currencies", "contract_shortened"),
    Card: ("masked_pan", "external_id"),
    Operation: ("external_id", "maker"),
}


@dataclass(frozen=True)
class Option:
    """Something to go to."""

    label: str
    address: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """The options of one sort; `has_more` when there were too many to show."""

    name: str
    options: list[Option] = field(default_factory=list)
    has_more: bool = False


def urls() -> list[URLPattern]:
    """Return the palette's address, for the admin site."""
    return [path("find/", admin.site.admin_view(require_safe(find_view)), name="find")]


def find_view(request: HttpRequest) -> HttpResponse:
    """Return what was found: as JSON to a script, as a page to a reader."""
    typed, here = request.GET.get("q", "")[:LONGEST].strip(), request.GET.get("from", "")
    groups = found(request, typed, here)
    if JSON in request.headers.get("Accept", ""):
        answer: HttpResponse = JsonResponse({"groups": [asdict(group) for group in groups]})
    else:
        context = {"title": _("Find"), "typed": typed, "here": here, "groups": groups}
        context |= admin.site.each_context(request)
        answer = TemplateResponse(request, "admin/accounts_app/find.html", context)
    patch_vary_headers(answer, ["Accept"])
    return answer


def found(request: HttpRequest, typed: str, here: str) -> list[Group]:
    """Find what the person may see and do: here first, then rows, then pages."""
    person = acting.person(request)
    rows = {model: _rows(request, model, typed) for model in TELLING if typed}
    groups = [
        _limited(_("Here"), _named(_actions(request, person, here), typed)),
        *rows.values(),
        _with_the_only_one(request, person, rows.get(Account)),
        _limited(_("Saved views"), _named(_views(request, person), typed)),
        _limited(_("Pages"), _named(_pages(request), typed)),
    ]
    return [group for group in groups if group.options]


def _limited(name: str, options: Iterable[Option]) -> Group:
    listed = list(options)
    return Group(name, listed[:PER_KIND], len(listed) > PER_KIND)


def _named(options: Iterable[Option], typed: str) -> Iterable[Option]:
    """Keep what has every typed word in its name."""
    wanted = typed.casefold().split()
    return (one for one in options if all(word in one.label.casefold() for word in wanted))


def _rows(request: HttpRequest, model: type[Any], typed: str) -> Group:
    """Find rows as the model's own list does, with what the person may find by."""
    page = admin.site._registry[model]
    name = capfirst(str(model._meta.verbose_name_plural))
    if not page.has_view_permission(request):
        return Group(name)
    related: Any = page.list_select_related or ()
    rows = model.objects.select_related(*related)
    matching, _duplicates = page.get_search_results(request, rows, typed)
    options = [_option(row, page) for row in matching[: PER_KIND + 1]]
    return Group(name, options[:PER_KIND], len(options) > PER_KIND)


def _option(row: Any, page: "ModelAdmin[Any]") -> Option:
    columns = [name for name in TELLING[type(row)] if name in page.list_display]
    told = [plain.cell(name, row, page) for name in columns]
    if isinstance(row, Operation):
        label, status = words.operation_name(row), words.state_of(row)
    else:
        label, status = f"{row.KIND.label} {row.pk}", str(row.status).replace("_", " ")
    detail = " · ".join(text for text in (status, *told) if text)
    return Option(label, words.address_of(row), detail)


def _actions(request: HttpRequest, person: User, here: str) -> list[Option]:
    """List what the row whose page is open offers."""
    row = _row_at(request, here)
    if row is None:
        return []
    name, kind = f"{row.KIND.label} {words.short_id(row.pk)}", words.kind_name(row.KIND)
    offered = buttons.offer(row, person, buttons.open_discrepancies(row)).buttons
    return [
        *(Option(words.joined(one.label, kind), one.address, name) for one in offered),
        Option(
            _("History of this %(kind)s") % {"kind": kind},
            _page_of(row, "history"),
            name,
        ),
    ]


def _with_the_only_one(request: HttpRequest, person: User, accounts: Group | None) -> Group:
    """List what the account that was found offers, when it is the only one."""
    options = accounts.options if accounts else []
    address = options[0].address if len(options) == 1 else ""
    return _limited(_("With this account"), _actions(request, person, address))


def _row_at(request: HttpRequest, here: str) -> Any:
    """Return the mirrored row that an address is about, as far as the person may see it."""
    try:
        match = resolve(here)
    except Resolver404:
        return None
    for model in (Customer, Account, Card):
        if (match.url_name or "").startswith(f"accounts_app_{model._meta.model_name}_"):
            number = words.uuid_of(str(next(iter({**match.kwargs}.values()), "")))
            may_see = admin.site._registry[model].has_view_permission(request)
            return model.objects.filter(pk=number).first() if number and may_see else None
    return None


def _page_of(row: Mirrored, page: str) -> str:
    return words.address_of(row, page)


def _views(request: HttpRequest, person: User) -> list[Option]:
    return [
        Option(view.name, reverse("admin:view", args=[view.pk]), saved_views.name_of(view))
        for view in views.all_of(person)
    ]


def _pages(request: HttpRequest) -> list[Option]:
    """List the pages the person may open: those of the site, then every list."""
    own = [
        Option(_("Start page"), reverse("admin:index")),
        Option(_("My views"), reverse("admin:views")),
    ]
    if request.user.has_perm("accounts_app.view_webhookevent"):
        address = reverse("admin:accounts_app_webhookevent_subscription")
        own.append(Option(_("Webhook subscription"), address))
    lists = [
        Option(str(model["name"]), str(model["admin_url"]))
        for app in admin.site.get_app_list(request)
        for model in app["models"]
        if model["admin_url"]
    ]
    return own + lists
