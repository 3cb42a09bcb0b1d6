"""A list as a CSV file: as filtered, ordered and searched, streamed row by row, and recorded.

The entry that somebody takes a list out is committed before the first byte leaves; a second one
tells how many rows left, also when the reader went away in between.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST

from accounts_app.admin import acting, downloads, plain
from accounts_app.admin.lists import DeskList
from accounts_app.sentences import english
from accounts_app.services import list_files

AT_A_TIME = 500
# Spreadsheets take a file without this mark for their own old code page and garble every name.
MARK = "\ufeff"


class ExportMixin(ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds a list's CSV."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the person may take this list out of the system."""
        if not self.has_view_permission(request):
            return False
        return list_files.may_take(acting.person(request), self.model)

    def get_urls(self) -> list[URLPattern]:
        """Put the export before a row's own page, which matches nearly anything."""
        view = self.admin_site.admin_view(require_POST(self.export_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Return the whole list that the query in the address describes."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            listed: DeskList = self.get_changelist_instance(request)  # type: ignore[assignment]
        except (ValidationError, IncorrectLookupParameters) as error:
            raise BadRequest("not a list") from error
        person = acting.person(request)
        query = _without_search(listed.own_query)
        told = {"list": english(self.opts.verbose_name_plural), "query": query}
        told |= downloads.mark(request)
        list_files.begin(person, self.model, told)
        answer = StreamingHttpResponse(
            _stream(self, listed, person, told), content_type="text/csv; charset=utf-8"
        )
        day = timezone.localdate().isoformat()
        name = f"{self.opts.model_name}-{day}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _without_search(query: str) -> str:
    """Write a list's query with a digest of what was searched for: that may be a person's id."""
    told = QueryDict(query, mutable=True)
    if told.get(SEARCH_VAR):
        told[SEARCH_VAR] = _digest(str(told[SEARCH_VAR]))
    return told.urlencode()


def _digest(text: str) -> str:
    """Return what stands for it; only we can compute it, so that nobody finds it out by trying."""
    return salted_hmac("accounts_app.export", text).hexdigest()


class _Line:
    """What a CSV writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _stream(
    admin: ExportMixin, listed: DeskList, person: User, told: dict[str, Any]
) -> Iterator[str]:
    """Yield the file, in English whoever takes it; the end is recorded however it comes."""
    write = csv.writer(_Line()).writerow
    with translation.override(settings.LANGUAGE_CODE):
        columns = _columns(admin, listed)
    rows = listed.queryset.iterator(chunk_size=AT_A_TIME)
    sent, is_whole = 0, False
    try:
        yield MARK + write(columns.values())
        while chunk := list(islice(rows, AT_A_TIME)):
            with translation.override(settings.LANGUAGE_CODE):
                lines = [write(_cells(admin, row, columns)) for row in chunk]
            yield "".join(lines)
            sent += len(chunk)
        is_whole = True
    finally:
        list_files.end(person, told, rows=sent, is_whole=is_whole)


def _columns(admin: ExportMixin, listed: DeskList) -> dict[Any, str]:
    """Return the columns and their headings; the list's own column of short ids gives way."""
    named = {
        name: str(label_for_field(name, admin.model, admin))
        for name in listed.list_display
        if name not in {"action_checkbox", "copy_id", "decision"}
    }
    return {"pk": "id", **{name: label for name, label in named.items() if label != "id"}}


def _cells(admin: ExportMixin, row: Any, columns: dict[Any, str]) -> list[str]:
    found = [
        plain.text(row.pk) if name == "pk" else plain.cell(name, row, admin) for name in columns
    ]
    return [plain.harmless(one) for one in found]
