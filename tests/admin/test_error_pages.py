"""The pages for what went wrong: plain words, a way back, nothing inline."""

import re

import pytest
import structlog
from django.template.loader import render_to_string
from django.test import Client
from django_structlog.signals import bind_extra_request_finished_metadata

from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db


def test_an_unknown_page_says_so_and_leads_back(viewer):
    answer = signed_in(viewer).get("/admin/accounts_app/operation/0/decide/")
    assert answer.status_code in (403, 404)
    assert "/admin/" in answer.content.decode()


def test_a_form_that_was_open_too_long_says_so(viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    answer = client.post("/admin/logout/")
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_has_nothing_inline(name):
    page = render_to_string(f"{name}.html")
    assert "<style" not in page
    assert "<script" not in page
    assert 'id="site-name"' in page
    assert 'href="/admin/"' in page


NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_page_tells_the_number_under_which_the_log_tells_more(viewer):
    logged = []

    def note(**_kwargs):
        logged.append(structlog.contextvars.get_contextvars()["request_id"])

    bind_extra_request_finished_metadata.connect(note)
    answer = signed_in(viewer).get("/admin/nothing/like/it/")
    assert answer.status_code == 404
    assert NUMBER.search(answer.content.decode()).group() == logged[-1]


def test_the_page_for_a_defect_tells_a_number_and_nothing_else(viewer, monkeypatch):
    client = signed_in(viewer)
    client.raise_request_exception = False
    monkeypatch.setattr("accounts_app.admin.desk.waiting_for", None)
    answer = client.get("/admin/")
    assert answer.status_code == 500
    assert NUMBER.search(answer.content.decode())
    assert "NoneType" not in answer.content.decode()
