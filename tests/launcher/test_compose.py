"""The compose file: the services of production, healthy, private, and without a secret in it."""

import re
from typing import Any

import pytest
import yaml

from tests.launcher.processes import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["web", "worker", "schedule", "migrate"]
SECRET_SETTINGS = ["API_KEY", "API_SECRET", "SIGNING_KEY", "SECRET_KEY", "PASSWORD", "DATABASE_URL"]


def test_every_part_of_production_is_there() -> None:
    assert set(SERVICES) == {*OURS, "database", "broker"}


@pytest.mark.parametrize("name", ["worker", "schedule", "database", "broker"])
def test_a_lasting_service_says_whether_it_is_healthy(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "schedule"])
def test_nothing_starts_before_the_migrations(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", [*OURS, "database"])
def test_secrets_are_files(name: str) -> None:
    for setting, value in SERVICES[name]["environment"].items():
        if setting.endswith(tuple(f"{secret}_FILE" for secret in SECRET_SETTINGS)):
            assert value.startswith("/run/secrets/")
        assert not setting.endswith(tuple(SECRET_SETTINGS))


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_a_service_reads_is_handed_to_it(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    read = {value for value in environment.values() if value.startswith("/run/secrets/")}
    read |= set(re.findall(r"/run/secrets/\w+", str(SERVICES[name].get("command"))))
    assert read == {f"/run/secrets/{secret}" for secret in SERVICES[name].get("secrets", [])}


def test_the_database_and_the_broker_are_not_reachable_from_outside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"]
    for name in ("database", "broker"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", ["web", "worker", "schedule"])
def test_what_serves_is_not_the_owner_of_the_tables(name: str) -> None:
    assert SERVICES[name]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_url"
    assert "database_owner_url" not in SERVICES[name]["secrets"]


def test_the_owner_migrates_and_then_gives_the_application_its_rights() -> None:
    migrate = SERVICES["migrate"]
    assert migrate["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_owner_url"
    steps = str(migrate["command"][-1]).split("&&")
    assert ["manage.py migrate" in steps[0], "manage.py database_roles --run" in steps[1]] == [
        True
    ] * 2
    owner = SERVICES["database"]["environment"]["POSTGRES_USER"]
    assert owner == "backoffice_owner"  # as database_roles calls it by default
