"""The readable half of a pack: one HTML file without scripts that also prints well.

Everything in it is escaped; its own policy lets a browser load nothing and run nothing.
"""

import base64
import hashlib
import json
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# Nothing in it needs escaping, so its digest is that of what stands in the file.
STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #16202e; max-width: 70rem; margin: 2rem auto }
body { padding: 0 1rem } h1 { font-size: 1.5rem } nav a { margin-right: 1rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #16202e }
article { border: 1px solid #b9c1cc; margin: .6rem 0; padding: .4rem .7rem; break-inside: avoid }
article h3 { font-size: .95rem; margin: 0 0 .3rem }
dl { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: .1rem .8rem; margin: 0 }
dt { color: #475365 } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
p.line { margin: .15rem 0 } .mono { font-family: ui-monospace, monospace; font-size: .85em }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt } nav { display: none }
  a { color: inherit; text-decoration: none }
}
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
# Read letter by letter, not as words.
VERBATIM = ("sha256", "hash", "digest", "id", "body", "sealed", "representation", "key", "path")


def titles() -> dict[str, str]:
    """Name the parts, in the order in which they are read."""
    return {
        "state": _("State: at the end of the period, and now"),
        "timeline": _("Timeline"),
        "operations": _("Operations: what was asked for, by whom, why, who agreed"),
        "attempts": _("Attempts at the provider"),
        "challenges": _("Challenges for the owner, by digest"),
        "events": _("Webhook events"),
        "snapshots": _("What the provider said, word for word"),
        "differences": _("Differences found by full comparisons"),
        "discrepancies": _("Discrepancies"),
        "resolutions": _("What two people decided"),
        "audit": _("Audit entries"),
    }


def head(title: str, about: dict[str, Any]) -> str:
    """Write the beginning: what the pack is about, and the way to its parts."""
    links = format_html_join("", '<a href="#{}">{}</a>', titles().items())
    return format_html(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{}">\n'
        '<meta name="viewport" content="width=device-width">\n<title>{}</title>\n'
        "<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n{}\n<nav>{}</nav>\n",
        POLICY,
        title,
        STYLE,
        title,
        facts(about),
        links,
    )


def opening(section: str) -> str:
    """Write a part's heading."""
    return format_html('<section id="{}">\n<h2>{}</h2>\n', section, titles()[section])


def closing(number: int) -> str:
    """Write a part's end; an empty one says that there was nothing."""
    nothing = "" if number else format_html("<p>{}</p>\n", _("Nothing in this period."))
    return format_html("{}</section>\n", nothing)


def entry(section: str, record: dict[str, Any]) -> str:
    """Write one record."""
    if section == "timeline":
        return _line(record)
    number = record.get("sequence", record.get("id", record.get("entity_id")))
    name = f"{section}-{number}"
    return format_html(
        '<article id="{}">\n<h3>{} {}</h3>\n{}\n</article>\n', name, section, number, facts(record)
    )


def _line(record: dict[str, Any]) -> str:
    return format_html(
        '<p class="line"><span class="mono">{}</span> <a href="#{}-{}">{} {}</a> {}</p>\n',
        record["at"],
        record["section"],
        record["id"],
        record["section"],
        record["id"],
        record["what"],
    )


def facts(record: dict[str, Any]) -> SafeString:
    """Write names and values; what is empty is left out, the JSON has it."""
    told = [(name, value) for name, value in record.items() if not _is_empty(value)]
    return format_html("<dl>{}</dl>", format_html_join("", "{}", ((_fact(*one),) for one in told)))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _fact(name: str, value: Any) -> SafeString:
    if name in ("then", "now"):
        return format_html("<dt>{}</dt><dd>{}</dd>\n", name, facts(value))
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    kind = "mono" if name.endswith(VERBATIM) else "words"
    return format_html('<dt>{}</dt><dd class="{}">{}</dd>\n', name.replace("_", " "), kind, value)


FOOT = "</main>\n</body>\n</html>\n"
