"""What a log line holds, in both formats, and what it never holds."""

import json
import logging
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from accounts_app.card_notes import notes
from accounts_app.offblocks.credentials import Secret
from backoffice import logs, urls
from backoffice.middleware import RequestLogMiddleware

SECRET = "a-secret-that-stands-for-a-password"
PATH = f"/webhooks/offblocks/{SECRET}/"
TAKEN = "POST /webhooks/offblocks/"
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


# Newlines of all sorts, the terminal's escape, NUL, the ends of the tables of control characters,
# what turns the direction of reading, what is not seen, and half a character.
HOSTILE = (
    "\n\r\x0b\x0c\x1c\x85\u2028\u2029"
    "\x1b[2J\x1b]0;owned\x07\x00\x7f\x9b31m"
    "\u202e\u2066\u2069\u200f\u061c\u200b\ufeff\ud800"
)


@BOTH
@pytest.mark.parametrize("where", ["event", "value", "name"])
def test_s56_whatever_is_told_is_one_line_of_printable_characters(is_json, where):
    event, values = "told", {"value": f"a{HOSTILE}b"}
    if where == "event":
        event, values = f"told{HOSTILE}", {}
    if where == "name":
        values = {f"na{HOSTILE}me": "x"}
    line = told(event, is_json=is_json, **values)
    assert line.isprintable()
    if is_json:
        assert json.loads(line)["level"] == "warning"


@BOTH
def test_s56_a_line_of_another_library_is_one_as_well(is_json):
    assert written("Not found: %s", f"/{HOSTILE}", is_json=is_json).isprintable()


def test_s56_a_traceback_is_part_of_its_line():
    line = failed(ValueError(f"bad {HOSTILE}"))
    assert line.isprintable()
    assert "ValueError: bad" in json.loads(line)["exception"]


def test_s56_in_the_demo_only_the_tracebacks_own_lines_part():
    line = failed(ValueError(f"bad {HOSTILE}"), is_json=False)
    assert all(one.isprintable() for one in line.split("\n"))


def told(event: str, *, is_json: bool, **values: Any) -> str:
    """Return the line for what our own code tells."""
    parts = logs.configure(is_json=is_json)["formatters"]["line"]
    formatter = parts.pop("()")(**parts)
    record = logging.LogRecord("ours", logging.WARNING, "", 1, "", (), None)
    record.msg = {"event": event, "level": "warning", **values}
    record._logger, record._name = None, "warning"
    return str(formatter.format(record))


def failed(error: Exception, *, is_json: bool = True) -> str:
    """Return the line for an exception that was caught."""
    try:
        raise error
    except ValueError as caught:
        failure = (type(caught), caught, caught.__traceback__)
    return written("failed", is_json=is_json, failure=failure)


@BOTH
@pytest.mark.parametrize(
    "number", ["4111111111111111", "4111 1111 1111 1111", "4111\u00a01111\u00a01111\u00a01111"]
)
def test_s54_a_card_number_is_masked_in_any_line(is_json, number):
    for line in (
        written("Seen %s", number, is_json=is_json),
        told("seen", is_json=is_json, pan=number, number=int("4111111111111111")),
    ):
        assert "1111 1111 1" not in line
        assert "1111\\xa01111\\xa01" not in line
        assert "111111111111" not in line
        assert not is_json or json.loads(line)


@BOTH
def test_s54_a_line_without_one_is_noted_nowhere(is_json):
    written("Seen %s", "2026-11-28 19:33:30,123456", is_json=is_json)
    told("seen", is_json=is_json, number=17, key="0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f0000")
    failed(ValueError("bad"), is_json=is_json)
    assert not notes


@BOTH
def test_s54_one_in_a_traceback_is_masked_and_noted(is_json):
    line = failed(ValueError("bad 4111111111111111"), is_json=is_json)
    assert "************1111" in line
    assert "4111111111111111" not in line
    assert notes.take().total() == 1


def test_s56_a_request_is_told_by_its_path_alone(rf, settings):
    assert "backoffice.middleware.RequestLogMiddleware" in settings.MIDDLEWARE
    request = rf.get("/admin/?q=somebody", headers={"Cookie": SECRET, "User-Agent": SECRET})
    assert RequestLogMiddleware.format_request(request) == "GET /admin/"


def test_s56_nothing_of_a_request_but_its_line_is_logged(admin_client, capture_lines):
    admin_client.post(f"/admin/nothing/?q={SECRET}", {"reason": SECRET}, headers={"X-Test": SECRET})
    assert any("POST /admin/nothing/" in line for line in capture_lines)
    assert [line for line in capture_lines if SECRET in line] == []


@pytest.fixture
def capture_lines():
    """All lines that are written meanwhile, in production's format."""
    lines: list[str] = []
    parts = logs.configure(is_json=True)["formatters"]["line"]
    formatter = parts.pop("()")(**parts)

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    keeper, root = Keeper(), logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)


def test_s38_a_crash_report_holds_no_secret_of_the_frames(rf, capture_lines, settings):
    """A view that fails with secrets in its hands tells the log its path and its line of code."""
    settings.DEBUG = False
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    answer = client.post("/crash/", {"password": SECRET}, headers={"Authorization": SECRET})
    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
    assert any("RuntimeError" in line for line in capture_lines)
    assert [line for line in capture_lines if SECRET in line] == []


def crash(request: Any) -> None:
    """Fail with secrets among the local variables."""
    password, header = request.POST["password"], request.headers["Authorization"]
    held = {"secret": Secret(password), "token": header}
    raise RuntimeError("The view broke down.") from KeyError(len(held))


urlpatterns = [*urls.urlpatterns, path("crash/", csrf_exempt(crash))]


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
        client.post("/webhooks/offblocks/?q=eip155:324:0x1", {}, content_type="application/json")
    requests = [line["request"] for line in lines if line["event"] == "request_finished"]
    assert requests == [f"GET {address}", "GET /sign-in/sso/sso/answer/", "GET /a%0Ab/", TAKEN]
