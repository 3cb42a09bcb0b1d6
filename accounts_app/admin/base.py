"""Pages that only show: no add, change or delete permission exists for anybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from accounts_app.admin.listed import ListedAdmin


class ViewOnlyAdmin(ListedAdmin):
    """An admin page that lists and shows, and refuses everything else to everybody."""

    change_form_template = "admin/accounts_app/view_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False

    def heading(self, row: Any) -> str:
        """Return what the row's own page is called."""
        return str(row)

    def badge_of(self, row: Any) -> SafeString | str:
        """Return the badge beside the heading."""
        return ""

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the row's own page shows besides its fields."""
        return {}

    def render_change_form(  # noqa: PLR0913, PLR0917 -- Django's signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the row's page under its own heading, with what `page` adds."""
        context |= {"title": self.heading(obj), "subtitle": None, "badge": self.badge_of(obj)}
        context |= self.page(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
