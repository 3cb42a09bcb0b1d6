"""The page between ticking rows and asking: what would happen to each, and one reason for all."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts_app.admin import acting, refusals, signed_out, words
from accounts_app.admin.bulk_form import BulkForm
from accounts_app.errors import Refusal
from accounts_app.models import Account, Batch, Card, Customer
from accounts_app.services import batches, obstacles
from accounts_app.services.catalogue import KINDS

PAGE = "admin/accounts_app/batch/preview.html"


@dataclass(frozen=True)
class Line:
    """One row of the selection and what would happen to it."""

    row: Any
    cards: list[Card] = field(default_factory=list)
    refusal: Refusal | None = None

    @property
    def owner(self) -> Customer:
        """The customer whose row it is."""
        return owner_of(self.row)


class BatchMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds to a mirrored model's admin the page that asks for one thing about many rows."""

    def get_urls(self) -> list[URLPattern]:
        """Put the page before the model's own, which match nearly anything."""
        view = signed_out.keeping(self.admin_site, self.batch_view)
        name = f"accounts_app_{self.opts.model_name}_batch"
        return [path("batch/<str:kind_name>/", view, name=name), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def batch_view(self, request: HttpRequest, kind_name: str) -> HttpResponse:
        """Show what would happen to each row (GET), or ask for it (POST)."""
        refusals.unless_seen(self, request)
        if not batches.fits(kind_name, self.model.KIND):
            raise Http404
        kind = Batch.Kind(kind_name)
        if not request.user.has_perm(batches.permission(kind)):
            sentence = _("You may not ask for this: %s.") % kind.label.lower()
            return refusals.list_page(self.admin_site, request, sentence, model=self.model)
        if request.method == "POST":
            return self._ask_for_many(request, kind)
        return self._preview_batch(request, kind)

    def _preview_batch(self, request: HttpRequest, kind: Batch.Kind) -> HttpResponse:
        chosen = {id for one in request.GET.getlist("of") if (id := words.uuid_of(one))}
        try:
            batches.refuse_too_many(len(chosen))
        except Refusal as refusal:
            self.message_user(request, refusal.told, messages.ERROR)
            return redirect(self._ticked_list(request))
        earlier = _earlier(request.GET.get("again", ""), kind)
        return self._batch_page(request, kind, chosen, BulkForm.fresh(kind, earlier))

    def _ask_for_many(self, request: HttpRequest, kind: Batch.Kind) -> HttpResponse:
        form = BulkForm(kind, request.POST)
        if form.is_valid():
            earlier = _earlier(request.POST.get("earlier", ""), kind)
            asked = form.asked(self.model.KIND, earlier)
            try:
                batch = batches.request(asked, maker=acting.person(request))
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect(words.address_of(batch))
        return self._batch_page(request, kind, {one.id for one in form.chosen}, form)

    def _batch_page(
        self, request: HttpRequest, kind: Batch.Kind, chosen: set[uuid.UUID], form: BulkForm
    ) -> HttpResponse:
        lines = self._batch_lines(request, kind, chosen)
        if not lines:
            self.message_user(request, _("Tick what you want to do this with."), messages.WARNING)
            return redirect(self._ticked_list(request))
        refused = sum(line.refusal is not None for line in lines)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": many(kind.label, self.opts.verbose_name_plural),
            "kind": kind,
            "sentence": _sentence(kind),
            "lines": lines,
            "refused": refused,
            "possible": len(lines) - refused,
            "form": form,
            "back": self._ticked_list(request),
        }
        return TemplateResponse(request, PAGE, context)

    def _batch_lines(
        self, request: HttpRequest, kind: Batch.Kind, chosen: set[uuid.UUID]
    ) -> list[Line]:
        """Describe the rows, in as many queries whatever their number."""
        rows = self.get_queryset(request).filter(pk__in=chosen).order_by("pk")
        if kind == Batch.Kind.REFRESH:
            return [Line(row) for row in rows]
        accounts: list[Account] = list(rows.prefetch_related("cards"))
        in_the_way = obstacles.among(KINDS[kind], accounts)
        return [Line(one, list(one.cards.all()), in_the_way.get(one.pk)) for one in accounts]

    def _ticked_list(self, request: HttpRequest) -> str:
        """Return the list as it was filtered when the rows were ticked."""
        address = reverse(f"admin:accounts_app_{self.opts.model_name}_changelist")
        query = request.GET.get("list", "")
        return f"{address}?{query}" if query else address


def owner_of(row: Any) -> Customer:
    """Return the customer whose row it is, which may be the row itself."""
    if isinstance(row, Card):
        row = row.account
    return row.customer if isinstance(row, Account) else row


def _sentence(kind: Batch.Kind) -> str:
    if kind == Batch.Kind.REFRESH:
        return _(
            "Each is read anew from the provider, an account with its cards, as fast as we may "
            "read. Nothing is changed at the provider."
        )
    return str(KINDS[kind].sentence)


def _earlier(number: str, kind: Batch.Kind) -> Batch | None:
    """Return the batch whose failed items are asked for anew."""
    if not words.is_number(number):
        return None
    return Batch.objects.filter(pk=int(number), kind=kind).first()


def many(what: object, names: object) -> str:
    """Say what is done, and to what of which there are many."""
    return _("%(what)s %(names)s") % {"what": what, "names": names}
