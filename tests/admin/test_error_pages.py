"""The pages for what went wrong: plain words, a way back, nothing inline."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

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
    assert 'href="/admin/"' in page
