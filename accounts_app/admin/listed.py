"""What every list has: its search, its pages, the views people saved of it, and its CSV."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import AllValuesFieldListFilter, ShowFacets
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from accounts_app.admin import acting, guessing, saved_views, search
from accounts_app.admin.exporting import ExportMixin
from accounts_app.admin.history import AuditedHistory
from accounts_app.admin.lists import BoundedPaginator, DeskList, by_name
from accounts_app.admin.narrowing import PlainLookups

# As the page of an address that leads nowhere says it.
NOT_HERE = gettext_noop(
    "The address is wrong, or nothing with this id is known here. Nothing that was ever here is "
    "deleted: search for it by another id."
)


class ValuesFilter(AllValuesFieldListFilter):
    """Narrows a list to one of the values there are; the empty one gets a name to click on."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the values."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or gettext("none")}


class ListedAdmin(ExportMixin, AuditedHistory, PlainLookups):
    """An admin page with a list.

    `looks_in` are the text columns and `looks_in_ids` the id columns that the search looks in,
    `looks_for` those of which it finds whole values alone.
    `nothing` is what an empty list says: what would be there, and what brings it.
    """

    change_list_template = "admin/accounts_app/list.html"
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    looks_in: ClassVar[tuple[str, ...]] = ()
    looks_in_ids: ClassVar[tuple[str, ...]] = ()
    looks_for: ClassVar[tuple[str, ...]] = ()
    nothing: ClassVar[str | Promise] = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        """Page from row to row, and count only so far."""
        return DeskList

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Lead to the start page, and say what Django does not know: nothing here is deleted."""
        messages.warning(request, gettext(NOT_HERE))
        return redirect("admin:index")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return where the search looks; the box is shown when there is any."""
        return (*self._texts(request), *self.looks_in_ids, *self.looks_for, *self.search_fields)

    def _texts(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave out what is masked for the person: finding by it would tell what it is."""
        return tuple(name for name in self.looks_in if guessing.may_use(request, name))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse (400) to filter by what is masked for the person, as an address could ask to."""
        return guessing.may_use(request, lookup) and super().lookup_allowed(lookup, value, request)

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        """Leave out the columns whose order would tell what is masked."""
        columns = super().get_sortable_by(request)
        return [name for name in columns if guessing.may_use(request, self._order_of(name))]

    def _order_of(self, column: Any) -> str:
        shown = getattr(self, column, None)
        return str(getattr(shown, "admin_order_field", None) or column)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Say what the search looks in for this person."""
        rows = super().get_changelist_instance(request)
        if self._texts(request) != self.looks_in:
            rows.search_help_text = gettext("Whole or part of an id")
        return rows

    def _query(self, request: HttpRequest) -> str:
        """Return what the list is asked for; the order by its column's name."""
        asked = request.GET.copy()
        if ORDER_VAR in asked:
            boxes = ["action_checkbox"] if self.get_actions(request) else []
            columns = [*boxes, *self.get_list_display(request)]
            asked[ORDER_VAR] = by_name(str(asked[ORDER_VAR]).partition(".")[0], columns)
        return asked.urlencode()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows by what staff hold; no row is found twice."""
        found = search.find(
            queryset,
            search_term,
            texts=self._texts(request),
            ids=self.looks_in_ids,
            wholes=self.looks_for,
        )
        return found, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the rows under their plain name, in the view the person starts with.

        Refuses (400) what stands where an id should and is none.
        """
        bar = saved_views.bar(acting.person(request), self.model, self._query(request))
        default = bar["view_default"]
        if default and default.query and request.method == "GET" and not request.GET:
            return redirect(f"{request.path}?{default.query}")
        names = str(self.opts.verbose_name_plural)
        context = {
            **bar,
            "title": capfirst(names),
            "nothing": self.nothing or gettext("There are no %(names)s yet.") % {"names": names},
            "may_export": self.has_export_permission(request),
        }
        try:
            return super().changelist_view(request, {**context, **(extra_context or {})})
        except ValidationError as error:
            raise BadRequest("not an id") from error
