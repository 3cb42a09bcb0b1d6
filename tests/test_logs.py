"""What a log line holds, in both formats, and what it never holds."""

import json
import logging
from typing import Any

import pytest
import structlog
from django.urls import reverse

from backoffice import logs

SECRET = "a-secret-that-stands-for-a-password"
PATH = f"/webhooks/offblocks/{SECRET}/"
BOTH = pytest.mark.parametrize("is_json", [True, False], ids=["json", "text"])


def written(message: str, *arguments: object, is_json: bool = True, failure: Any = None) -> str:
    """Return the line for what a logger was told."""
    parts = logs.configure(is_json=is_json)["formatters"]["line"]
    formatter = parts.pop("()")(**parts)
    record = logging.LogRecord("any", logging.WARNING, "", 1, message, arguments, failure)
    return str(formatter.format(record))


def test_a_line_is_json():
    line = json.loads(written("Not found: %s", "/nowhere"))
    assert (line["event"], line["level"]) == ("Not found: /nowhere", "warning")


@BOTH
def test_the_secret_path_is_masked_in_any_line(is_json):
    line = written("Unauthorized: %s", PATH, is_json=is_json)
    assert SECRET not in line
    assert "/webhooks/offblocks/***/" in line


@BOTH
def test_the_secret_path_is_masked_in_a_traceback(is_json):
    try:
        raise ValueError(PATH)
    except ValueError as error:
        line = written("failed", is_json=is_json, failure=(type(error), error, error.__traceback__))
    assert "ValueError" in line
    assert SECRET not in line


def test_a_request_is_one_line():
    with pytest.raises(structlog.DropEvent):
        logs.one_line_per_request(None, "info", {"event": "request_started"})
    assert logs.one_line_per_request(None, "info", {"event": "request_finished"})


def test_control_characters_are_escaped_in_json():
    line = written("two\nlines\x1b[31m")
    assert "\n" not in line
    assert "\x1b" not in line


@BOTH
def test_our_own_secrets_are_masked_wherever_they_stand(is_json, signing_key_pem):
    inner = signing_key_pem.splitlines()[1]
    parts = logs.configure(is_json=is_json, secrets=[SECRET, signing_key_pem, ""])
    formatter = parts["formatters"]["line"]
    record = logging.LogRecord("any", logging.ERROR, "", 1, f"{SECRET} {inner}", (), None)
    line = formatter.pop("()")(**formatter).format(record)
    assert SECRET not in line
    assert inner not in line
    assert line.count("********") == 2


@pytest.mark.django_db
def test_a_request_is_logged_without_its_query(client, approver):
    client.force_login(approver)
    address = reverse("admin:accounts_app_customer_changelist")
    with structlog.testing.capture_logs() as lines:
        client.get(address, {"q": "eip155:324:0x52908400098527886E0F7030069857D2E4169EE7"})
        client.get("/sign-in/sso/sso/answer/", {"code": "a-code", "state": "a-state"})
        client.get("/a%0Ab/")
    requests = [line["request"] for line in lines if line["event"] == "request_finished"]
    assert requests == [f"GET {address}", "GET /sign-in/sso/sso/answer/", "GET /a%0Ab/"]
