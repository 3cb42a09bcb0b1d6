"""Every address that the site resolves, by name, with the places that an address fills in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

UNNAMED = {"": "root", "livez": "livez", "readyz": "readyz", "metrics": "metrics"}
SHORT = re.compile(r"admin/(\w+)/(\w+)/<path:object_id>/$")
# `<uuid:row_id>` of a path, `(?P<url>.*)` of an expression.
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf."""

    name: str
    route: str

    @property
    def places(self) -> list[str]:
        """The names of what is filled in."""
        return [path or expression for path, expression in PLACE.findall(self.route)]

    def filled(self, values: Mapping[str, object]) -> str:
        """Return the path with these values, written as they are."""
        bare = re.sub(r"\^|\$", "", self.route)
        return "/" + PLACE.sub(lambda found: str(values[found[1] or found[2]]), bare)


def addresses() -> list[Address]:
    """Return all of them, in the order in which they are looked through."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Address(_name(one, here, namespace), here)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, here, inner)


def _name(one: URLPattern, route: str, namespace: str) -> str:
    if one.name:
        return f"{namespace}{one.name}"
    short = SHORT.match(route)
    if short:
        return f"admin:{short[1]}_{short[2]}_short"
    return "admin:catch_all" if route.startswith("admin/") else UNNAMED.get(route, route)
