"""The bare insert view."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, body bytea, at timestamptz)"


def insert(request: HttpRequest) -> HttpResponse:
    """Keep the body."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_bare (body, at) VALUES (%s, CURRENT_TIMESTAMP)", [request.body]
        )
    # Somebody must say it: the middleware that usually does is left out.
    return HttpResponse(b"{}", headers={"Content-Length": "2"}, content_type="application/json")


urlpatterns = [path("insert/", insert)]
