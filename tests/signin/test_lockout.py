"""Whoever guesses is locked out where they guess from, and nobody for ever."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import AuditEntry
from tests.admin.pages import text_of
from tests.signin.people import enrol_app, send_code, send_password, sign_in

pytestmark = pytest.mark.django_db
ELSEWHERE = "203.0.113.7"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.SIGN_IN_RATE = 1000


def fail(client, name="viewer", times=5, **more):
    """Send wrong passwords; returns the last answer."""
    return [send_password(client, name, "wrong", **more) for _ in range(times)][-1]


def test_the_fifth_failure_locks_out(client, viewer):
    assert fail(client, times=4).status_code == 200
    assert fail(client, times=1).status_code == 429


def test_then_the_right_password_does_not_help(client, viewer):
    enrol_app(viewer)
    fail(client)
    answer = send_password(client, "viewer")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1800")
    assert "not even with the right password" in text_of(answer)


def test_an_unknown_name_is_locked_out_alike(client, viewer):
    known, unknown = fail(client), fail(client, "nobody")
    assert (known.status_code, text_of(known)) == (unknown.status_code, text_of(unknown))


def test_writing_the_name_otherwise_does_not_help(client, viewer):
    fail(client, times=3)
    assert fail(client, "VIEWER", times=2).status_code == 429


def test_from_elsewhere_the_person_gets_in(client, viewer):
    enrol_app(viewer)
    fail(client, REMOTE_ADDR=ELSEWHERE)
    assert send_password(client, "viewer").status_code == 302


def test_another_person_gets_in_from_the_same_source(client, viewer, operator):
    enrol_app(operator)
    fail(client)
    assert send_password(client, "operator").status_code == 302


def test_it_ends_half_an_hour_after_the_fifth_failure_whoever_keeps_trying(
    client, viewer, time_machine
):
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    enrol_app(viewer)
    fail(client)
    time_machine.shift(timedelta(minutes=29))
    assert fail(client, times=1).status_code == 429
    time_machine.shift(timedelta(minutes=2))
    assert send_password(client, "viewer").status_code == 302


def test_wrong_codes_lock_out_like_wrong_passwords(client, viewer):
    enrol_app(viewer)
    send_password(client, "viewer")
    answers = [send_code(client, "000000") for _ in range(5)]
    assert answers[-1].status_code == 429
    assert send_code(client).status_code != 302


def test_a_sign_in_forgets_the_failures_before_it(client, viewer):
    enrol_app(viewer)
    fail(client, times=4)
    sign_in(client, "viewer")
    client.post(reverse("admin:logout"))
    assert fail(client, times=4).status_code == 200


def test_a_command_unlocks_and_that_is_recorded(client, viewer):
    enrol_app(viewer)
    fail(client)
    call_command("unlock_sign_in", "viewer", reason="Called from her desk", verbosity=0)
    assert send_password(client, "viewer").status_code == 302
    entry = AuditEntry.objects.get(action="sign_in.unlock")
    assert (entry.object_id, entry.reason) == (str(viewer.pk), "Called from her desk")


def test_no_password_and_no_name_is_kept(client, viewer):
    from axes.models import AccessAttempt  # noqa: PLC0415

    fail(client, "my secret as a name", times=1)
    kept = str(AccessAttempt.objects.values().get())
    assert "secret" not in kept
    assert "wrong" not in kept


def test_a_source_may_send_ten_forms_a_minute(client, viewer, settings):
    settings.SIGN_IN_RATE = 10
    answers = [send_password(client, f"nobody-{number}", "wrong") for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


def test_after_a_minute_it_may_again(client, viewer, settings, time_machine):
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    settings.SIGN_IN_RATE = 1
    assert [send_password(client, "nobody", "x").status_code for _ in range(2)] == [200, 429]
    time_machine.shift(61)
    assert send_password(client, "nobody", "x").status_code == 200


def cost(client, name, monkeypatch):
    """Return how many queries and how many computed hashes a wrong password costs."""
    hashed, plain = [], MD5PasswordHasher.encode

    def counted(*arguments):
        hashed.append(1)
        return plain(*arguments)

    with monkeypatch.context() as changed, CaptureQueriesContext(connection) as queries:
        changed.setattr(MD5PasswordHasher, "encode", counted)
        send_password(client, name, "wrong")
    return len(queries), len(hashed)


def test_a_known_and_an_unknown_name_cost_the_same(client, viewer, monkeypatch):
    names = ("somebody", "viewer", "nobody")  # the first fills what Django keeps in memory
    _, known, unknown = [cost(client, name, monkeypatch) for name in names]
    assert known == unknown


def test_s16_each_failure_doubles_the_wait(client, viewer, settings, time_machine):
    settings.SIGN_IN_DELAY = timedelta(seconds=1)
    waits = []
    for _ in range(4):
        time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
        assert fail(client, times=1).status_code == 200
        waits.append(int(fail(client, times=1)["Retry-After"]))
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=1))
    assert waits == [1, 2, 4, 8]


def test_s16_what_comes_too_soon_is_not_looked_at_and_counts_for_nothing(client, viewer, settings):
    settings.SIGN_IN_DELAY = timedelta(seconds=40)
    fail(client, times=1)
    answer = send_password(client, "viewer")
    assert answer.status_code == 429
    assert "too soon after the last try" in text_of(answer)
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_s16_it_holds_up_neither_others_nor_other_sources(client, viewer, operator, settings):
    settings.SIGN_IN_DELAY = timedelta(minutes=5)
    fail(client, times=1)
    assert send_password(client, "operator", "wrong").status_code == 200
    assert send_password(client, "viewer", "wrong", REMOTE_ADDR=ELSEWHERE).status_code == 200
