"""What every list of the back-office does: count only so far, and go on to any depth at once."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from accounts_app.admin import keyset

# Counting on is as slow as the table is long, and nobody's work depends on the rest of the number.
COUNTED = 10_000
AFTER, BEFORE, VIEW = "after", "before", "view"
PLACES = (AFTER, BEFORE, VIEW)
# The list as such: an address without a query opens the view that a person starts with.
WHOLE = f"?{VIEW}="
NARROW_SPACE = "\u202f"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # only the checker may subscript it
    """Pages by number, as far as it counts."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or COUNTED."""
        return min(self._counted, COUNTED)

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > COUNTED

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNTED + 1].count())


class DeskList(ChangeList):
    """A list that is paged by number near its start, and from row to row anywhere.

    `?after=ROW` shows what follows a row, `?before=ROW` what comes before it, `?before=` the end.
    """

    next_link: str | None = None
    previous_link: str | None = None
    last_link: str | None = None

    def __init__(self, request: HttpRequest, *arguments: Any) -> None:
        self.after = request.GET.get(AFTER, "")
        self.before = request.GET.get(BEFORE)
        super().__init__(request, *arguments)
        for name in PLACES:
            self.params.pop(name, None)

    def get_ordering_field(self, field_name: Any) -> Any:
        """Return what a column orders by; None for one that this list may not be ordered by."""
        is_offered = self.sortable_by is None or field_name in self.sortable_by
        return super().get_ordering_field(field_name) if is_offered else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Order by the last column chosen alone, rows that it does not tell apart as usual.

        The other way round these are turned, too: one index gives both orders, and none gives the
        order by two columns.
        """
        chosen = self._numbered(self.params.pop(ORDER_VAR, "").partition(".")[0])
        column = self._ordered_by(chosen)
        if not column:
            return list(super().get_ordering(request, queryset))
        self.params[ORDER_VAR] = chosen
        usual = [str(term) for term in self.lookup_opts.ordering or ()]
        if chosen.startswith("-"):
            return [_turned(column), *map(_turned, usual)]
        return [column, *usual]

    def _numbered(self, chosen: str) -> str:
        """Return an order by a column's name as one by its place among those shown now."""
        name = chosen.removeprefix("-")
        if name not in self.list_display:
            return chosen
        return f"{chosen.removesuffix(name)}{list(self.list_display).index(name)}"

    def _ordered_by(self, chosen: str) -> str:
        """Return what the column of this number orders by; empty for none."""
        try:
            return str(self.get_ordering_field(self.list_display[int(chosen.lstrip("-"))]) or "")
        except (ValueError, IndexError):
            return ""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leave out what names a place in the list: no row is filtered by it."""
        lookups: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in lookups.items() if name not in PLACES}

    def get_query_string(
        self, new_params: dict[str, Any] | None = None, remove: Iterable[str] | None = None
    ) -> str:
        """Return the list's query with some of it replaced; every other order starts at its top."""
        query = super().get_query_string(new_params, [*(remove or []), *PLACES])
        return WHOLE if query == "?" else query

    @property
    def counted(self) -> str:
        """How many rows there are, as far as they were counted."""
        number = f"{self.result_count:,}".replace(",", NARROW_SPACE)
        return f"{number}+" if self.paginator.is_cut_off else number

    @property
    def own_query(self) -> str:
        """The filter, search and order, without a place: what a saved view keeps.

        The order names its column: it means the same when columns have come or gone.
        """
        order = self.params.get(ORDER_VAR)
        named = {ORDER_VAR: by_name(order, self.list_display)} if order else None
        query = self.get_query_string(named)
        return "" if query == WHOLE else query.removeprefix("?")

    @property
    def first_link(self) -> str:
        """The way back to where the list begins."""
        return self.get_query_string()

    def get_results(self, request: HttpRequest) -> None:
        """Read one page."""
        self.keys = keyset.keys_of(self.queryset)
        if self.keys and (self.after or self.before is not None):
            self._read_from_row(request)
        else:
            super().get_results(request)
            self.result_list = list(self.result_list)
            self._link_pages()
        cut_off = self.paginator.is_cut_off
        if cut_off and self.keys and (self.next_link or not self.multi_page):
            self.last_link = self.get_query_string({BEFORE: ""})

    def _read_from_row(self, request: HttpRequest) -> None:
        keys, size = self.keys or [], self.list_per_page
        rows = self.queryset
        try:
            if self.after:
                page = keyset.read(rows, keys, self.after, size + 1)
            else:
                page = keyset.read_back(rows, keys, self.before, size + 1)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except ValueError as error:
            raise ValidationError("not a row's number") from error
        is_more, page = len(page) > size, page[:size]
        if self.after:
            has_next, has_previous = is_more, True
        else:
            page.reverse()
            has_next, has_previous = bool(self.before), is_more
        self._show(request, page)
        if page and has_next:
            self.next_link = self.get_query_string({AFTER: page[-1].pk})
        if has_previous:
            place = {BEFORE: page[0].pk} if page else {BEFORE: ""}
            self.previous_link = self.get_query_string(place)

    def _show(self, request: HttpRequest, page: list[Any]) -> None:
        """Stand where Django stands after reading a page by number."""
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.result_list = page
        self.result_count = self.paginator.count
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions = True
        self.can_show_all, self.multi_page = False, self.result_count > self.list_per_page
        self.page_num = 0

    def _link_pages(self) -> None:
        if not self.multi_page or (self.show_all and self.can_show_all):
            return
        if self.page_num > 1:
            self.previous_link = self.get_query_string({PAGE_VAR: self.page_num - 1})
        if self.page_num < self.paginator.num_pages:
            self.next_link = self.get_query_string({PAGE_VAR: self.page_num + 1})
        elif self.keys and self.paginator.is_cut_off and self.result_list:
            self.next_link = self.get_query_string({AFTER: self.result_list[-1].pk})


def _turned(term: str) -> str:
    return term.removeprefix("-") if term.startswith("-") else f"-{term}"


def by_name(order: str, columns: Sequence[Any]) -> str:
    """Return an order by a column's place as one by its name, which outlives other columns."""
    place = order.removeprefix("-")
    if not place.isdecimal() or int(place) >= len(columns):
        return order
    return f"{order.removesuffix(place)}{columns[int(place)]}"
