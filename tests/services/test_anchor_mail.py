"""S46: each anchor is mailed to those who keep it where nobody here can change it."""

import json

import pytest

from accounts_app import schedule
from accounts_app.models import AuditEntry
from accounts_app.schedule import NotDone
from accounts_app.services import anchors
from tests.services.test_anchors import acts, outside  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside")]
AUDITOR = "auditor@bank.example"


@pytest.fixture(autouse=True)
def _readers(settings):
    """Somebody to mail to."""
    settings.AUDIT_ANCHOR_MAIL = [AUDITOR]


def test_the_auditor_gets_the_anchor_as_a_file_that_verifies(mailoutbox, tmp_path):
    acts(6)
    schedule.anchor_chain()
    (mail,) = mailoutbox
    assert mail.to == [AUDITOR]
    assert "Audit anchor 6 of http" in mail.subject
    ((name, content, media_type),) = mail.attachments
    assert (name, media_type) == ("anchor-000000000006.json", "application/json")
    (tmp_path / name).write_text(content)
    assert anchors.read(tmp_path / name) == anchors.stored()[0]
    assert json.loads(content)["sequence"] == 6


def test_it_is_mailed_once_and_put_on_record(mailoutbox):
    acts(2)
    schedule.anchor_chain()
    schedule.anchor_chain()
    assert len(mailoutbox) == 1
    entry = AuditEntry.objects.get(action="anchor.mailed")
    assert entry.after == {"sequence": 2, "readers": 1}


def test_what_could_not_be_mailed_is_tried_again(mailoutbox, settings):
    acts(2)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(NotDone, match="The anchor cannot be mailed: ConnectionRefusedError"):
        schedule.anchor_chain()
    settings.EMAIL_BACKEND = backend
    schedule.anchor_chain()
    assert len(mailoutbox) == 1


def test_nobody_is_mailed_unless_named(mailoutbox, settings):
    settings.AUDIT_ANCHOR_MAIL = []
    acts(2)
    schedule.anchor_chain()
    assert mailoutbox == []
