"""The subscribe_webhooks command: make it so, or say what differs."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_after_it_there_is_no_difference(sandbox, capsys):
    call_command("subscribe_webhooks")
    call_command("subscribe_webhooks", "--check")
    assert capsys.readouterr().out.endswith("The subscription is exactly ours.\n")


def test_a_check_names_the_differences_and_changes_nothing(sandbox):
    for _ in range(2):
        with pytest.raises(CommandError, match="There is no subscription to our address"):
            call_command("subscribe_webhooks", "--check")


def test_the_secret_path_is_not_printed(sandbox, settings, capsys):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    call_command("subscribe_webhooks")
    assert settings.OFFBLOCKS_WEBHOOK_SECRET.reveal() not in capsys.readouterr().out


def test_trouble_with_the_provider_is_one_sentence(sandbox):
    sandbox.faults.add(action="status", operation="listWebhooks", code=500, times=None)
    with pytest.raises(CommandError, match="provider answered with an error"):
        call_command("subscribe_webhooks")
