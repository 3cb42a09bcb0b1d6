"""Browsers report what the policy kept a page from doing; nothing of it is kept."""

import json

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

pytestmark = pytest.mark.django_db
OLD = {
    "csp-report": {
        "document-uri": "https://accounts.example.com/admin/?q=Olu+Adeyemi",
        "violated-directive": "script-src-elem",
        "blocked-uri": "https://elsewhere.example/x.js?secret=1",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://accounts.example.com/admin/",
            "effectiveDirective": "img-src",
            "blockedURL": "inline",
        },
    }
]


def send(body, content_type="application/csp-report"):
    """Send a report as a browser does, without a form token; returns the status and the lines."""
    text = body if isinstance(body, str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    with capture_logs() as lines:
        answer = client.post("/policy-report", text, content_type=content_type)
    return answer.status_code, [line for line in lines if line["event"] == "policy report"]


def test_a_report_is_told_without_what_it_may_carry():
    status, (line,) = send(OLD)
    assert status == 204
    assert (line["directive"], line["page"]) == ("script-src", "/admin/")
    assert line["blocked"] == "https://elsewhere.example"


def test_so_is_one_in_the_newer_form():
    status, (line,) = send(NEW, "application/reports+json")
    assert (status, line["directive"], line["blocked"]) == (204, "img-src", "inline")


def test_it_is_counted():
    name, labels = "offblocks_policy_reports_total", {"directive": "img-src"}
    before = REGISTRY.get_sample_value(name, labels) or 0
    send(NEW)
    assert REGISTRY.get_sample_value(name, labels) == before + 1


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "\0", '{"a":1}', "[1, null, {}]", '"x"'])
def test_what_is_no_report_tells_nothing(body):
    status, lines = send(body[:16_000])
    assert status in (204, 400)
    assert lines == []


def test_invented_words_become_no_labels():
    _, (line,) = send({"csp-report": {"violated-directive": "x" * 5000, "blocked-uri": "http://["}})
    assert (line["directive"], line["blocked"]) == ("other", "other")


def test_a_long_one_is_refused():
    assert send("x" * 20_000)[0] == 413


def test_one_source_sends_thirty_a_minute():
    assert [send(OLD)[0] for _ in range(31)][-2:] == [204, 429]


def test_it_is_no_page():
    assert Client().get("/policy-report").status_code == 405
