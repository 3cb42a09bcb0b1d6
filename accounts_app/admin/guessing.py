"""Whether a person may find, filter and sort by a column: by what is masked for them, never.

Those who may see personal fields in full may find by them without a reason: what they type they
know. For the rest even a whole value would tell, number by number, which customer is which.
"""

from django.http import HttpRequest

from accounts_app import masking
from accounts_app.services import unmasking


def may_use(request: HttpRequest, lookup: str) -> bool:
    """Whether a lookup or an order is about nothing that is masked for the person."""
    is_personal = not masking.COLUMNS.isdisjoint(lookup.lstrip("-").split("__"))
    return not is_personal or request.user.has_perm(unmasking.RIGHT)
