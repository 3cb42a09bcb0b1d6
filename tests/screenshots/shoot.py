"""Takes the pictures: the demo is seeded once, then each page is looked at three ways."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from accounts_app import work
from accounts_app.models import Account
from accounts_app.offblocks.credentials import Secret
from accounts_app.services import health, subscriptions
from tests.admin import rows
from tests.admin.looks import LOOKS
from tests.browser import sign_in
from tests.screenshots import FOLDER
from tests.screenshots.album import shots

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sandbox(deliveries="auto", screening_seconds=60, deployment_seconds=60),
]


@pytest.fixture
def _demo(settings, sandbox, live_server, anchor_key_pem, monkeypatch):
    """The seeded demo, and a batch that is half done."""
    # No worker runs here, and on a slow machine the pictures take minutes: nothing is overdue.
    monkeypatch.setattr(health, "LONGEST_DUE", timedelta(hours=1))
    settings.DEMO, settings.DEMO_PASSWORD = True, Secret("demo-password-of-tests")
    settings.PUBLIC_URL, settings.AUDIT_ANCHOR_KEY = live_server.url, anchor_key_pem
    subscriptions.ensure()
    call_command("seed_demo", "--work")
    asked = list(Account.objects.filter(status="active").order_by("pk")[2:8])
    batch = rows.batch(asked, User.objects.get(username="operator"), reason="Pattern 17")
    for item in batch.items.exclude(operation=None)[:4]:
        work.advance(item.operation_id)


@pytest.mark.usefixtures("_demo")
def test_all_pictures_are_taken(open_context, live_server):
    FOLDER.mkdir(exist_ok=True)
    for look, options in LOOKS.items():
        for shot in shots():
            context = open_context(**options)
            sign_in(context, live_server.url, User.objects.get(username=shot.person))
            page = context.new_page()
            answer = page.goto(live_server.url + shot.address)
            assert answer.ok, f"{shot.name}: {answer.status}"
            page.screenshot(path=FOLDER / f"{shot.name}-{look}.png")
            context.close()
