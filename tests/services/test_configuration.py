"""A change of the settings that decide who may do what is an entry of the audit."""

from datetime import timedelta

import pytest
from django.conf import settings as configured

from accounts_app import audit, schedule
from accounts_app.models import AuditEntry
from accounts_app.offblocks.credentials import Secret
from accounts_app.services import configuration

pytestmark = pytest.mark.django_db


def entries() -> list[tuple[dict, dict]]:
    """Return what was so before and after each change."""
    told = AuditEntry.objects.filter(action=configuration.CHANGED).order_by("sequence")
    return list(told.values_list("before", "after"))


def test_s49_the_first_start_records_all_of_them():
    schedule.at_start()
    ((before, after),) = entries()
    assert before == {}
    assert set(after) == set(configuration.KEPT)
    assert audit.verify() is None


def test_s49_a_change_is_recorded_with_before_and_after(settings):
    configuration.note()
    settings.FOUR_EYES_KINDS, settings.SESSION_IDLE = ["reactivate"], timedelta(hours=1)
    configuration.note()
    before, after = entries()[1]
    assert before == {"FOUR_EYES_KINDS": ["reactivate", "close", "terminate"], "SESSION_IDLE": 900}
    assert after == {"FOUR_EYES_KINDS": ["reactivate"], "SESSION_IDLE": 3600}


def test_without_a_change_a_start_leaves_no_entry():
    for _ in range(3):
        configuration.note()
    assert len(entries()) == 1


def test_none_of_them_is_a_secret():
    values = [getattr(configured, name) for name in configuration.KEPT]
    assert [value for value in values if isinstance(value, Secret)] == []
    assert not {"SECRET", "PASSWORD", "KEY"} & {
        name.rpartition("_")[2] for name in configuration.KEPT
    }
