"""The views that people save of a list: what they filtered, searched and ordered, under a name."""

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app.errors import Incomplete
from accounts_app.models import SavedView
from accounts_app.services import unmasking

# Where in a list somebody stood is no part of a view.
PLACES = frozenset({"p", "all", "after", "before", "view", "e"})
SEARCH = "q"
LONGEST_QUERY = 2000
NAME_LENGTH = 60


def of(person: User, listed: str) -> QuerySet[SavedView]:
    """Return the person's views of a list by name."""
    return all_of(person).filter(list=listed)


def all_of(person: User) -> QuerySet[SavedView]:
    """Return all the views that the person has and did not remove."""
    found: QuerySet[SavedView] = SavedView.objects.filter(person=person, hidden_at=None)
    return found


def cleaned(query: str) -> str:
    """Return a query as a view keeps it: sorted, and without a place in the list."""
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return urlencode(sorted((name, value) for name, value in pairs if name not in PLACES))


def may_open(person: User, view: SavedView) -> bool:
    """Whether a view may be shown to a person: what is searched for may be a customer's own id.

    So another's search of such rows is told to those alone who may see personal fields in full.
    """
    if view.person_id == person.pk or SEARCH not in dict(parse_qsl(view.query)):
        return True
    is_masked = view.list.startswith("accounts_app.")
    return not is_masked or person.has_perm(unmasking.RIGHT)


def save(person: User, listed: str, *, name: str, query: str, is_default: bool) -> SavedView:
    """Keep a view under a name that is new among the person's views of the list.

    Raises Incomplete.
    """
    view = SavedView(person=person, list=listed, query=cleaned(query))
    if len(view.query) > LONGEST_QUERY:
        raise Incomplete(_("The filter is too long to be kept. Narrow it in fewer ways."))
    return _put(view, name=name, is_default=is_default)


def change(view: SavedView, *, name: str, is_default: bool) -> SavedView:
    """Give a view another name, or make the list open with it. Raises Incomplete."""
    return _put(view, name=name, is_default=is_default)


def remove(view: SavedView) -> None:
    """Offer a view no longer; see SavedView for why its row stays."""
    SavedView.objects.filter(pk=view.pk, hidden_at=None).update(hidden_at=timezone.now())


def _put(view: SavedView, *, name: str, is_default: bool) -> SavedView:
    view.name, view.is_default = " ".join(name.split()), is_default
    if not 0 < len(view.name) <= NAME_LENGTH:
        raise Incomplete(_("Give the view a name of at most 60 characters."), field="name")
    try:
        with transaction.atomic():
            if is_default:
                others = of(view.person, view.list).exclude(pk=view.pk)
                others.update(is_default=False)
            view.save()
    except IntegrityError as error:
        words = _("You have a view of this name already. Choose another, or remove the old one.")
        raise Incomplete(words, field="name") from error
    return view
