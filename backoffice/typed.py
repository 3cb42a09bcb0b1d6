"""Card numbers in what staff type: masked before any page sees them, and the person is told so."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts_app.offblocks import card_numbers
from accounts_app.services import card_alarm

# What the pages write into their own forms and links: revisions are 16 digits, one in ten of which
# pass for a card number.
NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "revision", "item", "left_out", "from", "next", "after", "before"}
)


class CardNumberMiddleware:
    """Masks card numbers in what signed-in people type on the back-office's pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the form's token is checked before anything of it is looked at."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Mask, tell the person, and raise the alert."""
        is_page = request.path_info.startswith(reverse("admin:index"))
        if is_page and request.user.is_authenticated:
            _screen(request)


def _screen(request: HttpRequest) -> None:
    query, form = masked(request.GET), masked(request.POST)
    if query is None and form is None:
        return
    if query is not None:
        request.GET = query  # type: ignore[assignment]  # it is not to be changed any more
        request.META["QUERY_STRING"] = query.urlencode()
    if form is not None:
        request.POST = form  # type: ignore[assignment]
    sentence = _(
        "A card number was masked in what you typed, before anything was kept. Never write one "
        "here: name a card by its id, or by its last four digits."
    )
    messages.warning(request, sentence)
    card_alarm.raise_for(f"what was typed on {request.path}")


def masked(typed: QueryDict) -> QueryDict | None:
    """Return what was typed with its card numbers masked; None when there are none."""
    found = {
        name: [card_numbers.mask(value) for value in values]
        for name, values in typed.lists()
        if name not in NOT_TYPED and "password" not in name
    }
    if all(found[name] == typed.getlist(name) for name in found):
        return None
    screened = typed.copy()
    for name, values in found.items():
        screened.setlist(name, values)
    screened._mutable = False
    return screened
