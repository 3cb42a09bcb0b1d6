"""Choosing the language, before and after signing in; what is kept is English."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts_app.admin import moments
from accounts_app.models import AuditEntry, Operation
from tests.admin import rows
from tests.admin.pages import ask_address, fill_in, signed_in, text_of

CHOOSE = "/language/"


def choose(client: Client, language: str, back: str = "/sign-in/") -> None:
    """Press the button of a language on a page."""
    client.post(CHOOSE, {"language": language, "next": back})


@pytest.mark.django_db
class TestBeforeSigningIn:
    """The sign-in page."""

    def test_it_is_english_whatever_the_browser_suggests(self, client):
        page = client.get("/sign-in/", headers={"accept-language": "fr-FR,fr;q=0.9"})
        assert '<html lang="en-gb"' in page.content.decode()
        assert page["Content-Language"] == "en-gb"

    def test_it_is_french_once_that_is_chosen(self, client):
        choose(client, "fr")
        page = client.get("/sign-in/")
        assert '<html lang="fr"' in page.content.decode()
        assert "Utiliser plutôt une clé" in text_of(page)

    def test_the_way_back_leads_to_english(self, client):
        choose(client, "fr")
        choose(client, "en-gb")
        assert "Use a passkey instead" in text_of(client.get("/sign-in/"))

    def test_a_language_that_is_none_changes_nothing(self, client):
        choose(client, "xx")
        client.cookies["language"] = "../fr"
        assert '<html lang="en-gb"' in client.get("/sign-in/").content.decode()

    def test_it_leads_back_here_and_nowhere_else(self, client):
        answer = client.post(CHOOSE, {"language": "fr", "next": "https://elsewhere.example/"})
        assert answer["Location"] == "/"

    def test_the_cookie_is_no_business_of_scripts_or_other_sites(self, client):
        choose(client, "fr")
        cookie = client.cookies["language"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    def test_another_site_cannot_choose(self):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(CHOOSE, {"language": "fr"}).status_code == 403

    def test_the_page_offers_the_other_language_in_its_own_words(self, client):
        page = client.get("/sign-in/").content.decode()
        assert 'value="fr" lang="fr">Français</button>' in page
        client.cookies["language"] = "fr"
        page = client.get("/sign-in/").content.decode()
        assert 'value="en-gb" lang="en-gb">English</button>' in page

    def test_months_are_called_by_their_french_names(self):
        at = datetime(2026, 5, 9, 8, 30, tzinfo=UTC)
        assert moments.minute(at) == "09 May 2026, 08:30 UTC"
        with translation.override("fr"):
            assert moments.minute(at) == "9 mai 2026, 08:30 UTC"

    def test_errors_of_the_address_are_in_the_language(self, client):
        choose(client, "fr")
        page = client.get("/nothing/here/")
        assert page.status_code == 404
        assert "existe pas" in text_of(page)
        assert '<html lang="fr">' in page.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestAtTheDesk:
    """Somebody who works in French."""

    @pytest.fixture
    def account(self, sandbox, programme):
        return programme.account()

    def test_what_is_asked_in_french_is_kept_in_english(self, operator):
        account = rows.account()
        client = signed_in(operator)
        choose(client, "fr")
        address = ask_address(account, "close")
        page = client.get(address)
        assert "Clôturer définitivement" in text_of(page)
        client.post(address, fill_in(client, address, confirmation=str(account.pk)))
        operation = Operation.objects.get()
        client.post(reverse("admin:accounts_app_operation_cancel", args=[operation.pk]))
        operation.refresh_from_db()
        assert operation.outcome == "Withdrawn by its maker."
        assert "Close" not in str(AuditEntry.objects.latest("sequence").result)
        page = client.get(reverse("admin:accounts_app_operation_change", args=[operation.pk]))
        assert "Retirée par son demandeur" in text_of(page)

    def test_a_refusal_is_told_in_french(self, operator):
        account = rows.account()
        client = signed_in(operator)
        choose(client, "fr")
        address = ask_address(account, "close")
        answer = client.post(address, fill_in(client, address, confirmation="wrong"))
        assert "pour confirmer" in text_of(answer)

    def test_files_taken_out_are_english(self, auditor):
        rows.account()
        client = signed_in(auditor)
        address = reverse("admin:accounts_app_account_export")
        english = b"".join(client.post(address))
        choose(client, "fr")
        assert b"".join(client.post(address)) == english
