"""How a command ends is told to the shell in its own way."""

import errno
from collections.abc import Callable

import pytest

from launcher.commands import guard, run_command
from launcher.errors import CannotStart, ProcessDied, StopAsked


def fails_with(error: BaseException) -> Callable[[], int]:
    """A job that ends with this error."""

    def job() -> int:
        raise error

    return job


def test_a_job_that_ends_well_keeps_its_own_code() -> None:
    assert guard(lambda: 0) == 0
    assert guard(lambda: 5) == 5


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StopAsked(), 0),
        (ProcessDied("web", 3), 1),
        (CannotStart("Do this."), 2),
        (OSError(errno.ENOSPC, "No space left on device"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_ending_has_its_code(error: BaseException, code: int) -> None:
    assert guard(fails_with(error)) == code


def test_a_refusal_is_one_line_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    guard(fails_with(CannotStart("Do this.")))
    assert capsys.readouterr().err == "Do this.\n"


def test_a_trouble_we_cannot_explain_keeps_its_traceback() -> None:
    with pytest.raises(OSError, match="strange"):
        guard(fails_with(OSError(errno.EIO, "strange")))


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["fly"]) == 2
    assert "run, test, check, simulate, mutate, drill" in capsys.readouterr().err
