"""The endpoint's answers, in the order in which a delivery is judged."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts_app.models import WebhookEvent
from tests.corpus.bodies import MALFORMED
from tests.deliveries import event

LIMIT = 256 * 1024


def test_w01_a_genuine_event_is_stored_and_acknowledged_without_words(intake, sandbox):
    sandbox.world.add_customer()
    body = sandbox.deliveries.take()[-1]
    response = intake.post(body)
    assert (response.status_code, response.content) == (200, b"")
    assert bytes(WebhookEvent.objects.get().body) == body


@pytest.mark.parametrize("method", ["get", "put", "delete", "options", "head"])
def test_only_post_is_taken(db, method):
    response = getattr(Client(), method)(reverse("webhooks:offblocks"))
    assert (response.status_code, response["Allow"]) == (405, "POST")


def test_under_a_name_that_is_not_ours_nothing_is_taken(intake):
    headers = {**intake.signed(event()), "Host": "elsewhere.example"}
    assert intake.post(event(), headers).status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_w15_another_media_type_is_refused(intake, media_type):
    assert intake.post(event(), content_type=media_type).status_code == 415


def test_w15_a_packed_body_is_refused(intake):
    headers = intake.signed(event()) | {"Content-Encoding": "gzip"}
    assert intake.post(event(), headers).status_code == 415


def test_a_media_type_with_its_charset_is_taken(intake):
    assert intake.post(event(), content_type="application/json; charset=utf-8").status_code == 200


def test_w13_a_body_over_the_limit_is_refused_before_it_is_judged(intake):
    assert intake.post(b" " * (LIMIT + 1), {}).status_code == 413
    assert not WebhookEvent.objects.exists()


def test_a_body_at_the_limit_is_taken(intake):
    padding = LIMIT - len(event(padding=""))
    assert intake.post(event(padding="x" * padding)).status_code == 200


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_w14_what_is_not_an_event_is_refused_in_a_sentence(intake, body):
    response = intake.post(body)
    assert response.status_code == 400
    assert list(response.json()) == ["detail"]
    assert not WebhookEvent.objects.exists()


def test_w14_an_intact_retry_is_taken(intake):
    intake.post(event()[:-2])
    assert intake.post(event()).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense"])
def test_an_odd_accept_header_costs_no_event(intake, accept):
    assert intake.post(event(), intake.signed(event()) | {"Accept": accept}).status_code == 200


def test_unknown_members_are_ignored(intake):
    assert intake.post(event(somethingNew={"a": [1, 2]})).status_code == 200


def test_no_cookie_is_set(intake):
    assert not intake.post(event()).cookies
