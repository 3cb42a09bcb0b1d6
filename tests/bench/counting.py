"""Tells with every answer what it cost: milliseconds in the server, and queries."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

TIME, QUERIES = "X-Bench-Milliseconds", "X-Bench-Queries"


class CountingMiddleware:
    """Times a request and counts its queries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and add the headers."""
        number = 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal number
            number += 1
            return execute(*arguments)

        began = time.perf_counter()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response.headers[TIME] = f"{(time.perf_counter() - began) * 1000:.3f}"
        response.headers[QUERIES] = str(number)
        return response
