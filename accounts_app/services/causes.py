"""Why something is asked for, in a word that lists can be made of; the reason's text says more."""

from django.utils.translation import gettext_lazy as _

OTHER = "other"
LABELS = {
    OTHER: _("Other: the reason says"),
    "customer": _("The customer's wish"),
    "fraud": _("Suspected fraud"),
    "lost": _("Card or wallet lost or stolen"),
    "screening": _("Sanctions or screening hit"),
    "court": _("Order of a court or an authority"),
    "duplicate": _("Duplicate"),
    "error": _("Error in the data"),
    "cleared": _("Cleared after review"),
}
