"""The stack sees its own settings and nothing of the user's shell."""

from pathlib import Path

import pytest

from launcher import environment
from launcher.keys import KeyIds
from launcher.preflight import Ports
from launcher.run_directory import RunDirectory

PORTS = Ports(8000, 8001)
IDS = KeyIds(signing="ours", webhook="theirs")


def test_the_stack_has_a_database_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/production")
    settings = environment.of_django(RunDirectory(tmp_path), PORTS, IDS)
    assert "DATABASE_URL" not in settings
    assert Path(settings["DATABASE_URL_FILE"]).read_text() == f"sqlite:///{tmp_path}/db.sqlite3"


@pytest.mark.parametrize("name", ["OFFBLOCKS_WEBHOOK_SECRET", "PYTHONPATH", "GUNICORN_CMD_ARGS"])
def test_the_shell_does_not_leak_in(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "surprise")
    assert "surprise" not in environment.of_django(RunDirectory(tmp_path), PORTS, IDS).values()


def test_secrets_are_named_by_file_only(tmp_path: Path) -> None:
    run_directory = RunDirectory(tmp_path)
    run_directory.secret("api_secret", lambda: "canary")
    settings = environment.of_django(run_directory, PORTS, IDS)
    settings |= environment.of_sandbox(run_directory)
    assert "canary" not in settings.values()


def test_what_was_agreed_with_the_sandbox_is_in_it(tmp_path: Path) -> None:
    settings = environment.of_django(RunDirectory(tmp_path), PORTS, IDS)
    assert settings["OFFBLOCKS_SIGNING_KEY_ID"] == "ours"
    assert settings["OFFBLOCKS_WEBHOOK_KEY_ID"] == "theirs"
